'use strict';

// One fake clock for the whole process, installed before either package is
// loaded, so that request timeouts, the keep-alive and the speed meters of both
// see the same time. nextTick and setImmediate stay real.

const FakeTimers = require('@sinonjs/fake-timers');

/** The step of both speed meters; a conversation takes a whole number of them. */
const METER_STEP = 250;

const clock = FakeTimers.install({
  now: 1_700_000_000_000,
  toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
});

const start = clock.now;

/** @param {number} ms */
function pass(ms) {
  clock.tick(ms);
}

/** Aligns the clock, so that the next conversation meets the meters in the same phase. */
function align() {
  const into = (clock.now - start) % METER_STEP;
  if (into) clock.tick(METER_STEP - into);
}

/** @returns {Set<string>} */
function pendingTimers() {
  return new Set(Object.keys(clock.timers ?? {}));
}

/**
 * Removes the timers set since `before` was taken.
 * @param {Set<string>} before
 * @returns {number} how many there were
 */
function removeTimersSince(before) {
  let removed = 0;
  for (const id of Object.keys(clock.timers ?? {})) {
    if (before.has(id)) continue;
    clock.clearTimeout(Number(id));
    removed++;
  }
  return removed;
}

module.exports = { align, pass, pendingTimers, removeTimersSince };
