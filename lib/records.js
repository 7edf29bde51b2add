'use strict';

/**
 * The numbers both sides of the border agree on: the kinds of record that src/codec/records.rs
 * writes and reads, and the header and status words of src/binding/hot.rs. Kinds below 32 are the
 * message ids of BEP 3, 5, 6, 10 and 52. `__test__/wire/records.test.js` holds them against the addon's.
 */
module.exports = Object.freeze({
  CHOKE: 0,
  UNCHOKE: 1,
  INTERESTED: 2,
  NOT_INTERESTED: 3,
  HAVE: 4,
  BITFIELD: 5,
  REQUEST: 6,
  PIECE: 7,
  CANCEL: 8,
  PORT: 9,
  SUGGEST: 13,
  HAVE_ALL: 14,
  HAVE_NONE: 15,
  REJECT: 16,
  ALLOWED_FAST: 17,
  EXTENDED: 20,
  HASH_REQUEST: 21,
  HASHES: 22,
  HASH_REJECT: 23,
  HANDSHAKE: 32,
  KEEP_ALIVE: 33,
  UNKNOWN: 34,

  /** Handshake flag: takes part in the DHT. */
  FLAG_DHT: 1,
  /** Handshake flag: speaks the extension protocol. */
  FLAG_EXTENDED: 2,
  /** Handshake flag: speaks the Fast extension. */
  FLAG_FAST: 4,
  /** Handshake flag: speaks version 2 too. */
  FLAG_V2: 8,

  /** The most words in one incoming record. */
  MAX_RECORD: 7,

  /** Control word, in: which decoder. */
  SLOT: 0,
  /** Control word, in: which table the records are in or go to. */
  TABLE: 1,
  /** Control word, in and out: a position, in the chunk or in the output. */
  AT: 2,
  /** Control word, in, decoding: bytes of the payload that its memory holds by now. */
  GATHERED: 3,
  /** Control word, in, encoding: which table has the marks. */
  MARKS: 3,
  /** Control word, in, decoding: bytes of the chunk in the staging words. */
  LENGTH: 4,
  /** Control word: where the last record ends (out, decoding), how many runs (in, encoding). */
  END: 4,
  /** Control word, out, decoding: what came of it. */
  STATUS: 5,
  /** Control word, out, decoding: bytes needed; with SPACE, memory needed. */
  NEEDS: 6,
  /** Control word, out, decoding: bytes assembled. */
  FILLED: 7,
  /** Words in the control table. */
  CONTROL_WORDS: 8,
  /** Words behind them, for the bytes of a short chunk. */
  STAGING_WORDS: 16,

  /** Status: the chunk is used up. */
  DONE: 0,
  /** Status: the table is full, there is more in the chunk. */
  FULL: 1,
  /** Status: a payload that spans chunks needs memory. */
  SPACE: 2,
  /** Status: the peer broke the protocol, after the records given. */
  FAILED: 3,

  /** Start of a payload that lies in the assembly memory, not in the chunk. */
  ASSEMBLED: 0xffffffff,
});
