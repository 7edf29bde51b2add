'use strict';

// A turn of the event loop is shared by all wires, so what they do in one is bounded: a peer that
// floods its wire with small messages must not keep the others waiting.

/**
 * Words of records delivered, after which the turn is watched, and in a watched turn exhausted: 16,000
 * `have` messages, some milliseconds. That many are spread over many turns as a rule, and then all
 * this costs an addition a chunk.
 */
const BUDGET = 2 ** 15;

let spent = 0;
let watched = false;
let exhausted = false;

/** What waits for the next turn, oldest first. @type {(() => void)[]} */
let waiting = [];

/** @param {number} words of records delivered */
function spend(words) {
  spent += words;
  if (spent < BUDGET) return;
  spent = 0;
  if (watched) exhausted = true;
  else watch();
}

/** Whether nothing more should be delivered in this turn. */
function isExhausted() {
  return exhausted;
}

/** @param {() => void} work to be done in one of the next turns, in the order of these calls */
function defer(work) {
  waiting.push(work);
  if (!watched) watch();
}

function watch() {
  watched = true;
  setImmediate(begin);
}

/** A new turn: does what waits, as far as it goes. */
function begin() {
  spent = 0;
  watched = false;
  exhausted = false;
  const work = waiting;
  waiting = [];
  let next = 0;
  try {
    while (next < work.length && !exhausted) work[next++]();
  } finally {
    // Also when somebody's handler threw.
    if (next < work.length) {
      waiting = [...work.slice(next), ...waiting];
      if (!watched) watch();
    }
  }
}

module.exports = { defer, isExhausted, spend };
