'use strict';

const native = require('./addon.js');
const { CONTROL_WORDS, LENGTH, STAGING_WORDS } = require('./records.js');

/** Words in a table: room for 2,000 `have` or 1,000 `request` messages. */
const WORDS = 4096;

/**
 * A table of records, shared with the addon for good. Its memory must never be seen by a caller of
 * this package: the addon keeps a pointer to it, which a detached buffer would leave dangling.
 */
class Table {
  /** @param {number} [length] in words */
  constructor(length = WORDS) {
    this.words = new Uint32Array(length);
    this.id = native.addTable(this.words);
  }
}

/** Numbers to and from the addon. The first table is always this one. */
const control = new Table(CONTROL_WORDS + STAGING_WORDS).words;

/** A short chunk to decode: the words behind the numbers, as bytes. */
const staging = new Uint8Array(control.buffer, 4 * CONTROL_WORDS);

/** Chunks up to this length are given to the addon as copies: cheaper than to ask where they lie. */
const STAGED = 32;

/** @param {Uint8Array} chunk */
function stage(chunk) {
  const { length } = chunk;
  control[LENGTH] = length;
  for (let i = 0; i < length; i++) staging[i] = chunk[i];
}

module.exports = { STAGED, Table, WORDS, control, stage };
