'use strict';

/** @typedef {import('./session.js')} Session */

/**
 * What the two sides have told each other, by the names of bittorrent-protocol.
 * @type {Record<string, (session: Session) => unknown>}
 */
const AGREED = {
  encrypted: (session) => session.outbound.encryption?.method ?? false,
  hasFast: (session) => session.hasFast,
  hasV2: (session) => session.hasV2,
  peerHaveAll: (session) => session.peerHaveAll,
  allowedFastSet: (session) => session.fast.allowed,
  peerAllowedFastSet: (session) => session.fast.peerAllowed,
  extendedMapping: (session) => session.extensions.mapping,
  peerExtendedMapping: (session) => session.extensions.peerMapping,
  extendedHandshake: (session) => session.extensions.handshake,
  peerExtendedHandshake: (session) => session.extensions.peerHandshake,
};

/**
 * Defines them on the wires' prototype: nothing is made for a wire that is not asked. Programs hang
 * fields of their own on a wire, and one of such a name must be theirs.
 * @template {object} T
 * @param {T} prototype
 * @param {(wire: T) => Session} sessionOf
 */
function defineAgreed(prototype, sessionOf) {
  for (const [name, read] of Object.entries(AGREED)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get() {
        return read(sessionOf(this));
      },
      set(value) {
        if (name === 'extendedHandshake') sessionOf(this).extensions.handshake = value;
        const field = { value, configurable: true, enumerable: true, writable: true };
        Object.defineProperty(this, name, field);
      },
    });
  }
}

module.exports = { defineAgreed };
