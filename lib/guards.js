'use strict';

const { violation } = require('./errors.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./inbound.js')} Inbound */
/** @typedef {import('./options.js').Options} Options */

/** How often in its time a silent peer is looked at: it is closed at most a fourth too late. */
const LOOKS = 4;

/**
 * Closes a wire whose peer does not begin with a handshake in time, or falls silent. The timers do
 * not keep the process alive, and nothing is done for a message: they look when they fire.
 * @param {Wire} wire
 * @param {Inbound} inbound what its peer sends
 * @param {Options} options
 */
function guard(wire, inbound, { handshakeTimeout, idleTimeout }) {
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  if (handshakeTimeout > 0) {
    const look = () => {
      if (inbound.handshaken) return;
      const message = `no handshake has come within ${handshakeTimeout} ms`;
      inbound.onViolation(violation('ERR_PWP_HANDSHAKE_TIMEOUT', message));
    };
    timers.push(setTimeout(look, handshakeTimeout));
  }
  if (idleTimeout > 0) {
    let silent = 0;
    const look = () => {
      silent = inbound.heard() ? 0 : silent + 1;
      if (silent < LOOKS) return;
      const message = `nothing has come for ${idleTimeout} ms`;
      inbound.onViolation(violation('ERR_PWP_IDLE_TIMEOUT', message));
    };
    timers.push(setInterval(look, Math.ceil(idleTimeout / LOOKS)));
  }
  for (const timer of timers) timer.unref();
  wire.once('finish', () => timers.forEach(clearInterval));
}

module.exports = { guard };
