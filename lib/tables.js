'use strict';

const native = require('./addon.js');
const { CONTROL_WORDS, STAGING_WORDS } = require('./records.js');

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

/**
 * Tables not in use. A handler may make another wire decode inside its own decoding, so there are
 * as many as that has ever nested, and never one per wire.
 * @type {Table[]}
 */
const idle = [];

/** @returns {Table} */
function acquire() {
  return idle.pop() ?? new Table();
}

/** @param {Table} table */
function release(table) {
  idle.push(table);
}

module.exports = { Table, WORDS, control, staging, acquire, release };
