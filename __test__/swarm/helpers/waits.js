'use strict';

// The waits before a lost peer is dialled again, which a test ends when it likes: of all timers only
// those that last as long, since what the connections need goes on.

const WAITS = [1000, 5000, 15_000];

/** @typedef {{ run: () => void, milliseconds: number }} Held */

/** The oldest first. @type {Held[]} */
const held = [];

/** @param {import('node:test').TestContext} t until whose end they are held */
function holdWaits(t) {
  const { setTimeout, clearTimeout } = globalThis;
  globalThis.setTimeout = /** @type {any} */ (
    (
      /** @type {any} */ callback,
      /** @type {any} */ milliseconds,
      /** @type {any[]} */ ...args
    ) => {
      if (!WAITS.includes(milliseconds)) return setTimeout(callback, milliseconds, ...args);
      const wait = { run: () => callback(...args), milliseconds };
      held.push(wait);
      return wait;
    }
  );
  globalThis.clearTimeout = /** @type {any} */ (
    (/** @type {any} */ timer) => {
      const at = held.indexOf(timer);
      if (at === -1) clearTimeout(timer);
      else held.splice(at, 1);
    }
  );
  t.after(() => {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    held.length = 0;
  });
}

/** Ends the wait that began first. @returns {number | null} how long it would have been */
function endWait() {
  const wait = held.shift();
  wait?.run();
  return wait?.milliseconds ?? null;
}

/** How long those under way are, in milliseconds. */
const waits = () => held.map(({ milliseconds }) => milliseconds);

module.exports = { endWait, holdWaits, waits };
