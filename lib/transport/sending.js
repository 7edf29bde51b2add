'use strict';

const native = require('../addon.js');
const hot = require('../hot.js');
const Outbound = require('../outbound.js');
const { messageBytes } = require('../outlet.js');
const { FILLED, SLOT } = require('../records.js');
const { control } = require('../tables.js');

/** Most pieces the addon takes in one call. */
const MOST_PIECES = 32;

/** The largest number it takes. */
const MOST = 2 ** 32 - 1;

/**
 * What one wire sends on a socket: handed to the system at the end of the tick, in one call, from where
 * it lies. What the system does not take waits in the addon.
 */
class Sending extends Outbound {
  /** The connection's number, 0 before there is one and after. */
  id = -1;
  /** Bytes that wait in the addon, as far as is known: it may be less by now. */
  queued = 0;
  /** Whether the addon encrypts by itself, if there is anything to encrypt. */
  isAdopted = false;
  #isTold = false;

  /** Bytes that wait. */
  get unread() {
    return this.queued;
  }

  /** Sends what is encoded. */
  push() {
    if (this.id === -1) return;
    const { encryption } = this;
    let pieces = this.collect();
    let messages = 0;
    if (this.queued > 0) messages = messageBytes(pieces);
    if (encryption !== null && !this.isAdopted) {
      encryption.take(pieces);
      pieces = encryption.outgoing;
      encryption.outgoing = [];
    }
    if (pieces.length > 0) this.#send(pieces);
    if (messages > 0 && this.queued > this.options.uploadHighWaterMark) this.uploads.wait(messages);
    this.resumeUploads();
  }

  /** @param {Uint8Array[]} pieces */
  #send(pieces) {
    control[SLOT] = this.id;
    if (pieces.length === 1) {
      hot.send(pieces[0]);
    } else {
      for (let at = 0; at < pieces.length; at += MOST_PIECES) {
        hot.send(...pieces.slice(at, at + MOST_PIECES));
      }
    }
    this.queued = control[FILLED];
    if (this.queued > 0 && !this.#isTold) {
      this.#isTold = true;
      const mark = Math.floor(this.options.uploadHighWaterMark / 2);
      native.tellRoom(this.id, Math.min(this.queued > mark ? mark : 0, MOST));
    }
  }

  /** Some of what waited has left. */
  onRoom() {
    this.#isTold = false;
    this.queued = native.queued(this.id);
    this.resumeUploads();
    // Told once: what still waits is to be told too.
    if (this.queued > 0) {
      this.#isTold = true;
      native.tellRoom(this.id, 0);
    }
  }
}

module.exports = Sending;
