'use strict';

/**
 * The numbers both sides of the border agree on about sockets: what happens on them, as
 * src/binding/taking.rs tells it. `__test__/transport/constants.test.js` holds them against the addon's.
 */
module.exports = Object.freeze({
  OPENED: 1,
  READ: 2,
  RAW: 3,
  ENDED: 4,
  FAILED: 5,
  ROOM: 6,
  CLOSED: 7,
  LISTENING: 8,
  NOT_LISTENING: 9,
  ACCEPTED: 10,
  TEACHING: 11,
  STOPPED: 12,

  /** Words of a segment before its records. */
  SEGMENT_WORDS: 6,
  /** Words of anything else. */
  OTHER_WORDS: 3,

  /** The memory of a segment that was copied. */
  LANDED: 0xffffffff,
});
