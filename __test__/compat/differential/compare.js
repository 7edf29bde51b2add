'use strict';

const { play } = require('./player');

/** How much of the traces to show before the first difference. */
const CONTEXT = 8;

/**
 * Plays a conversation on both sides.
 * @param {any} conversation
 * @param {import('./sides').Side} left
 * @param {import('./sides').Side} right
 * @param {import('./statistics').Statistics} [statistics]
 * @returns {Promise<string | null>} the first difference, for people to read
 */
async function compare(conversation, left, right, statistics) {
  const a = await play(left, conversation);
  const b = await play(right, conversation);
  const length = Math.max(a.trace.length, b.trace.length);
  for (let k = 0; k < length; k++) {
    if (a.trace[k] !== b.trace[k]) return showDifference(a, b, k);
  }
  if (b.timersLeft > a.timersLeft) {
    return `${right.name} leaves ${b.timersLeft} timers behind, ${left.name} ${a.timersLeft}`;
  }
  statistics?.add(b);
  return null;
}

function showDifference(a, b, k) {
  const { trace } = a;
  const lines = [`The first difference is entry ${k} of the trace.`];
  for (let i = Math.max(0, k - CONTEXT); i < k; i++) lines.push(`            ${split(trace[i])}`);
  for (const side of [a, b]) {
    for (let i = k; i < k + 3; i++) {
      lines.push(`  ${side.side.name.padEnd(9)} ${split(side.trace[i] ?? '(nothing more)')}`);
    }
  }
  return lines.join('\n');
}

const split = (entry) => entry.replace(' | ', '\n                 ');

module.exports = { compare };
