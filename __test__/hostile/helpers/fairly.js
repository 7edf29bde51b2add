'use strict';

const { judge } = require('./judge.js');
const { play } = require('./play.js');

/** @typedef {import('./play.js').Observed} Observed */

/** Of a fault that a busy machine makes, too. */
const OF_TIME = /^(stall|wait)Ms /;

/**
 * Plays an attack and judges it; once more where nothing was wrong but how long it took.
 * @param {import('./victim-process.js').Victim} victim
 * @param {import('./play.js').Attack} attack
 * @returns {Promise<{ observed: Observed, faults: string[] }>}
 */
async function playFairly(victim, attack) {
  const first = await play(victim, attack);
  const faults = judge(attack, first, victim.stderr);
  if (faults.length === 0 || !faults.every((fault) => OF_TIME.test(fault))) {
    return { observed: first, faults };
  }
  const second = await play(victim, attack);
  return { observed: second, faults: judge(attack, second, victim.stderr) };
}

module.exports = { playFairly };
