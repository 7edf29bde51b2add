'use strict';

// What was compared, so that a generator that no longer produces something shows.

const { EVENTS, METHODS, OUTCOMES } = require('./names');

const CALLBACKS = ['block', ...OUTCOMES];
const OTHERS = [
  'answers',
  'bytes sent',
  'timeout listeners',
  'misuses',
  'other wires',
  'bursts',
  'floods',
];

const zeroes = (names) => Object.fromEntries(names.map((name) => [name, 0]));

class Statistics {
  conversations = 0;
  entries = 0;
  events = zeroes(EVENTS);
  methods = zeroes([...METHODS, 'write', 'pause', 'resume']);
  callbacks = zeroes(CALLBACKS);
  others = zeroes(OTHERS);

  /** @param {import('./player').Player} player */
  add({ trace }) {
    if (trace.length > 1500) this.others.floods++;
    this.conversations++;
    this.entries += trace.length;
    for (const entry of trace) this.count(entry);
  }

  /** @param {string} entry */
  count(entry) {
    const [word, rest] = entry.split(' ', 2);
    if (word === 'event') this.events[rest.slice(0, rest.search(/[(]/))]++;
    else if (word === 'call') this.methods[rest.slice(0, rest.search(/[(]/))]++;
    else if (word === 'callback') this.callbacks[outcome(entry)]++;
    else if (word === 'answer') this.others.answers++;
    else if (word === 'timeout') this.others['timeout listeners']++;
    else if (word === 'other') this.others['other wires']++;
    else if (word === 'burst') this.others.bursts++;
    else if (word === 'misuse') this.others.misuses++;
    else if (word === 'turn,' && !entry.startsWith('turn, sent <>')) this.others['bytes sent']++;
  }

  /** @param {any} other statistics, as data */
  merge(other) {
    this.conversations += other.conversations;
    this.entries += other.entries;
    for (const part of ['events', 'methods', 'callbacks', 'others']) {
      for (const [name, count] of Object.entries(other[part])) {
        this[part][name] = (this[part][name] ?? 0) + /** @type {number} */ (count);
      }
    }
  }

  /** @returns {string[]} what never occurred */
  missing() {
    return ['events', 'methods', 'callbacks', 'others'].flatMap((part) =>
      Object.entries(this[part])
        .filter(([, count]) => count === 0)
        .map(([name]) => `${part}: ${name}`),
    );
  }

  toString() {
    const line = (part) =>
      `${part}: ${Object.entries(this[part])
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`;
    return [
      `${this.conversations} conversations, ${this.entries} entries compared`,
      ...['events', 'methods', 'callbacks', 'others'].map(line),
    ].join('\n');
  }
}

/** @param {string} entry of a callback */
function outcome(entry) {
  const text = entry.slice(entry.indexOf('(') + 1);
  if (text.startsWith('null')) return 'block';
  return CALLBACKS.find((message) => text.startsWith(`Error: ${message}`)) ?? text;
}

module.exports = { Statistics };
