'use strict';

// What a runtime cannot do, and why: expected to fail. What is here and works is told, to be taken out.

/**
 * @typedef {object} Lack
 * @property {string} runtime whose it is
 * @property {string} row
 * @property {(check: string) => boolean} covers whether a check fails for it
 * @property {string} reason
 */

const PIPED = 'piped, with the original and with itself';
const TESTS = 'tests of wire and compatibility';

/** @param {string[]} names of checks, or what they begin with, up to a colon @returns {Lack['covers']} */
const oneOf =
  (...names) =>
  (check) =>
    names.some((name) => (name.endsWith(':') ? check.startsWith(name) : check === name));

/** @type {Lack[]} */
const KNOWN = [
  ...['Node 24', 'Node 26', 'Bun'].map((runtime) => ({
    runtime,
    row: PIPED,
    covers: oneOf('a handler that throws costs no message'),
    reason:
      '`pipe()` destroys a wire whose handler has thrown: what it threw is the `closeReason`, and no uncaught exception',
  })),
  {
    runtime: 'Bun',
    row: TESTS,
    covers: oneOf(
      'wire/exception:',
      'wire/turn: a handler that throws in a later turn loses nothing',
      'wire/turn: a wire destroyed while it waits delivers what it was given, as any does, then finishes',
    ),
    reason: 'its test runner ends a test in which something is thrown that nobody catches',
  },
  {
    runtime: 'Bun',
    row: TESTS,
    covers: oneOf('wire/gc'),
    reason: 'a program cannot turn on `gc()`, which tests of memory call',
  },
  {
    runtime: 'Bun',
    row: TESTS,
    covers: oneOf('wire/export: the package gives the same under its own name'),
    reason: 'a path that is not exported is refused by another code',
  },
  {
    runtime: 'Bun',
    row: TESTS,
    covers: oneOf('wire/stream: finished() of a wire that was destroyed'),
    reason:
      'what awaits `stream.finished` of a wire that was destroyed goes on only after its `end`',
  },
  {
    runtime: 'Deno',
    row: PIPED,
    covers: oneOf('a socket closes with its wire'),
    reason:
      'a socket that is no longer piped is not told that its peer has ended: destroy it when its wire closes',
  },
  {
    runtime: 'Deno',
    row: TESTS,
    covers: oneOf('wire/guards:', 'wire/timers:'),
    reason: 'its test runner waits by the very timers that tests replace',
  },
  {
    runtime: 'Deno',
    row: TESTS,
    covers: oneOf(
      'compat/original-tests:',
      'wire/export: a process that only loads it ends, and says nothing',
    ),
    reason: 'it has other options than Node, which tests give to programs of theirs',
  },
  {
    runtime: 'Deno',
    row: TESTS,
    covers: oneOf('wire/export: the package gives the same under its own name'),
    reason: 'a package that imports itself gets what `require` gives, without the exported names',
  },
  {
    runtime: 'Deno',
    row: TESTS,
    covers: oneOf('wire/detached: what a wire hands out cannot take the memory of others away'),
    reason: 'memory that cannot be transferred is refused by another error',
  },
  {
    runtime: 'Deno',
    row: TESTS,
    covers: oneOf('wire/worker: several workers at once'),
    reason: 'its test runner does not wait for threads',
  },
];

module.exports = { KNOWN };
