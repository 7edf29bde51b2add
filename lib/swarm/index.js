'use strict';

const SwarmClass = require('./swarm.js');

/**
 * Makes a swarm, called with `new` or without: a function, since a class could only be called with.
 * @param {Uint8Array | string} infoHash
 * @param {Uint8Array | string} peerId
 * @param {object} [options] see swarm/index.d.ts
 * @this {unknown}
 * @returns {SwarmClass}
 */
function Swarm(infoHash, peerId, options) {
  if (new.target === undefined && this instanceof Swarm) {
    throw new TypeError('a swarm is extended with class … extends, not with Swarm.call(this)');
  }
  return Reflect.construct(SwarmClass, [infoHash, peerId, options], new.target ?? Swarm);
}

Swarm.prototype = SwarmClass.prototype;
Object.defineProperty(SwarmClass.prototype, 'constructor', {
  value: Swarm,
  configurable: true,
  writable: true,
});

module.exports = Swarm;
