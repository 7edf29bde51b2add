'use strict';

// The two sides of a comparison: the original with the mended rows applied to it,
// and the subject as it is.

const { hit, rows } = require('./mended');

const hitter =
  ({ name }) =>
  () =>
    hit(name);

/** @typedef {ReturnType<typeof originalSide>} Side */

/** @param {any} Wire the original, or a mutant of it */
function originalSide(Wire) {
  return {
    name: 'original',
    isOriginal: true,
    make(conversation) {
      const wire = construct(Wire, conversation);
      for (const row of rows) row.setUp?.(wire, conversation, hitter(row));
      return wire;
    },
    /** @returns {() => unknown} */
    call(wire, method, args) {
      for (const row of rows) {
        const mended = row.call?.(method, args, wire, hitter(row));
        if (mended) return mended;
      }
      return () => wire[method](...args);
    },
    /** Whether the event is compared. */
    counts(name, seen) {
      return !rows.some((row) => row.event?.(name, seen, hitter(row)));
    },
  };
}

/** @param {any} Wire this package's class, or a mutant of it */
function subjectSide(Wire) {
  return {
    name: 'subject',
    isOriginal: false,
    make: (conversation) => construct(Wire, conversation),
    call: (wire, method, args) => () => wire[method](...args),
    counts(name, _seen, wire, args) {
      return !rows.some((row) => row.extra?.(name, wire, args, hitter(row)));
    },
  };
}

function construct(Wire, { made, options }) {
  return made === 'new' ? new Wire({ ...options }) : Wire({ ...options });
}

module.exports = { originalSide, subjectSide };
