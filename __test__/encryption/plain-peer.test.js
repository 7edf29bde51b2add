'use strict';

// What we begin with, to a peer that knows no encryption: it must not wait for more.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadWire } = require('../../benchmark/implementations.js');
const { INFO_HASH, PEER_ID, pwp } = require('./helpers/wires.js');

// Of a hundred, some fifteen would wait if the padding were of any length.
test('the original takes it for a handshake, and has all of it', async () => {
  const Wire = await loadWire('original');
  for (let i = 0; i < 100; i++) {
    const wire = pwp({ encryption: 'prefer' });
    wire.handshake(INFO_HASH, PEER_ID);
    const peer = new Wire();
    /** @type {Buffer[]} */
    const hashes = [];
    peer.on('handshake', (/** @type {Buffer} */ infoHash) => hashes.push(infoHash));
    peer.write(wire.read());
    assert.equal(hashes.length, 1, 'it waits');
    assert.notDeepEqual(hashes[0], INFO_HASH);
    wire.destroy();
  }
});
