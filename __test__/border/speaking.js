'use strict';

// What a wire speaks besides BEP 3 and 5, and the extensions it has in use.

const bytes = require('../hostile/helpers/bytes.js');

/** @typedef {import('./random.js').Random} Random */

/** @typedef {{ fast: boolean, v2: boolean, isHashV2: boolean }} Announced */

/**
 * @typedef {object} Speaking
 * @property {Announced | undefined} announces nothing where it sends no handshake
 * @property {string[] | null} uses names of its extensions, in the order of their ids
 */

/** @param {Random} random @returns {Speaking} */
function randomSpeaking(random) {
  const v2 = random.chance(0.5);
  const announces = random.chance(0.5)
    ? { fast: random.chance(0.8), v2, isHashV2: v2 && random.chance(0.8) }
    : undefined;
  const uses = random.chance(0.4) ? ['alpha', 'beta'].slice(random.integer(0, 1)) : null;
  return { announces, uses };
}

/**
 * @param {string} name
 * @param {(hook: string, wire: any) => void} onCall whenever it is told something
 */
function extension(name, onCall) {
  class Extension {
    /** @param {any} wire */
    constructor(wire) {
      for (const hook of ['onHandshake', 'onExtendedHandshake', 'onMessage']) {
        this[hook] = () => onCall(hook, wire);
      }
    }
  }
  Object.assign(Extension.prototype, { name });
  return Extension;
}

/**
 * Has a wire speak so, before its peer has said a word.
 * @param {any} wire
 * @param {Speaking} speaking
 * @param {(told: string) => void} onTold name and hook of what an extension is told
 */
function speak(wire, { announces, uses }, onTold) {
  for (const name of uses ?? []) {
    wire.use(extension(name, (hook) => onTold(`${name} ${hook}`)));
  }
  const infoHash = announces?.isHashV2 ? bytes.INFO_HASH_V2 : bytes.INFO_HASH;
  if (announces) wire.handshake(infoHash, bytes.PEER_ID, announces);
}

module.exports = { extension, randomSpeaking, speak };
