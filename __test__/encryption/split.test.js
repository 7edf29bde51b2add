'use strict';

// However the peer's bytes are cut into chunks, encrypted or only begun so, the events are those of the
// same conversation on a wire without encryption.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { test } = require('node:test');
const fc = require('fast-check');
const { RECEIVED } = require('../contract.js');
const { cut, cuts, encode, plan } = require('../wire/helpers/streams.js');
const reference = require('./reference.js');
const { Initiator, Responder } = require('./helpers/peers.js');
const { INFO_HASH, PEER_ID, bytes, output, pwp, turn } = require('./helpers/wires.js');

/** @param {unknown} value */
const print = (value) => {
  if (!Buffer.isBuffer(value)) return typeof value === 'function' ? 'function' : value;
  return `${value.length} ${createHash('sha1').update(value).digest('hex')}`;
};

/** A wire, and everything that happens on it but what is of the encryption. @param {object} options */
function recorded(options) {
  const wire = pwp(options);
  /** @type {unknown[][]} */
  const log = [];
  /** Blocks stay as they were, whatever comes after them. @type {[Buffer, unknown][]} */
  const kept = [];
  for (const name of [...RECEIVED, 'download', 'close']) {
    wire.on(name, (/** @type {any[]} */ ...args) => {
      const { peerChoking, peerInterested, peerPieces, downloaded, peerRequests } = wire;
      const state = [
        peerChoking,
        peerInterested,
        peerPieces.length,
        downloaded,
        peerRequests.length,
      ];
      log.push([name, ...args.map(print), ...state]);
      for (const arg of args) if (Buffer.isBuffer(arg)) kept.push([arg, print(arg)]);
      if (name === 'interested') wire.unchoke();
    });
  }
  const result = () => {
    for (const [buffer, before] of kept) assert.equal(print(buffer), before);
    const { code, message } = wire.closeReason ?? {};
    const pieces = wire.peerPieces.flatMap((has, index) => (has ? [index] : []));
    return [...log, ['reason', code, message], ['pieces', pieces.join()]];
  };
  return { wire, result };
}

/** @param {import('../../index.js')} wire @param {Buffer} all @param {number[]} lengths */
function feed(wire, all, lengths) {
  for (const chunk of cut(all, lengths)) wire.write(chunk);
}

/** How the peer comes to speak. @type {Record<string, (wire: any, all: Buffer, given: any) => void>} */
const PLAYS = {
  begins(wire, all, { method, initial, padding, lengths }) {
    const peer = new Initiator({
      infoHash: INFO_HASH,
      padding: Buffer.alloc(padding, 1),
      second: padding,
      methods: method,
      initial: all.subarray(0, initial),
    });
    feed(wire, peer.opening, lengths);
    const third = peer.read(output(wire));
    // What is chosen is known by what is offered: it need not wait for the answer.
    peer.method = method;
    feed(wire, Buffer.concat([third, peer.seal(all.subarray(initial))]), lengths);
  },
  answers(wire, all, { method, padding, lengths }) {
    const peer = new Responder({
      infoHash: INFO_HASH,
      padding: Buffer.alloc(padding, 1),
      second: padding,
      choose: method,
    });
    wire.handshake(INFO_HASH, PEER_ID);
    feed(wire, peer.read(output(wire)), lengths);
    const fourth = peer.read(output(wire));
    assert.deepEqual(peer.initial, bytes.handshake());
    feed(wire, Buffer.concat([fourth, peer.seal(all)]), lengths);
  },
};

const given = fc.record({
  lengths: cuts,
  padding: fc.constantFrom(0, 7, 512),
  initial: fc.oneof(fc.constantFrom(0, 68), fc.nat(300), fc.nat(65535)),
  pieceCount: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  maxMessageSize: fc.constantFrom(2 ** 20, 16393, 150_000),
});

for (const [role, play] of Object.entries(PLAYS)) {
  for (const [name, method] of Object.entries({ rc4: reference.RC4, plain: reference.PLAIN })) {
    test(`any split gives the same events where the peer ${role}, ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(plan, given, async (steps, { pieceCount, maxMessageSize, ...how }) => {
          const all = encode(steps);
          const options = { pieceCount, maxMessageSize };
          const clear = recorded(options);
          clear.wire.handshake(INFO_HASH, PEER_ID);
          clear.wire.write(all);
          const hidden = recorded({ ...options, encryption: 'prefer', infoHashes: [INFO_HASH] });
          play(hidden.wire, all, { ...how, method });
          // Every run has a turn of its own: what one turn may deliver is bounded.
          await turn();
          assert.deepEqual(hidden.result(), clear.result());
          assert.equal(hidden.wire.encrypted, name);
          for (const { wire } of [clear, hidden]) wire.destroy();
          await turn();
        }),
        { numRuns: 80 },
      );
    });
  }
}
