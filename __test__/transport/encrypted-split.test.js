'use strict';

// However the bytes of an encrypted peer come, a wire with a socket of its own tells what a piped one
// tells that gets the same in the clear. The peer is the reference of the encryption's own tests.

const { test } = require('node:test');
const fc = require('fast-check');
const { Initiator, Responder } = require('../encryption/helpers/peers.js');
const { PLAIN, RC4 } = require('../encryption/reference.js');
const { cuts, encode, plan } = require('../wire/helpers/streams.js');
const { bytes, turn, until, when } = require('./helpers/sockets.js');
const { Meetings, Told, assertSame, chunksOf, playPiped } = require('./helpers/told.js');

const { INFO_HASH, PEER_ID } = bytes;

const choices = fc.record({
  method: fc.constantFrom(PLAIN, RC4),
  /** Lengths of the two paddings. */
  padding: fc.nat(512),
  second: fc.nat(512),
  /** How much of what it says travels with the exchange, where it begins. */
  initial: fc.nat(400),
});

/** @param {any} wire @param {string} name */
function answer(wire, name) {
  if (name === 'handshake') wire.handshake(INFO_HASH, PEER_ID);
}

/**
 * @param {Meetings} meetings
 * @param {any} given options
 * @param {any} peer the reference
 * @param {Buffer} all what the peer says
 * @param {number[]} lengths of the chunks that everything is cut into
 * @param {(wire: any) => void} begin
 */
async function play(meetings, given, peer, all, lengths, begin) {
  const { wire, peer: socket } = await meetings.meet(given);
  const told = new Told(wire, answer);
  socket.on('error', () => {});
  const gone = when(socket, 'close');
  /** @param {Buffer} sealed */
  const write = async (sealed) => {
    for (const chunk of chunksOf(sealed, lengths)) {
      if (!socket.writable) return;
      socket.write(chunk);
      await turn();
    }
  };
  /** Answers leave one after the other. @type {Promise<void>} */
  let written = Promise.resolve();
  socket.on('data', (chunk) => {
    const said = peer.read(chunk);
    if (said.length > 0) written = written.then(() => write(said));
  });
  begin(wire);
  if (peer instanceof Initiator) written = written.then(() => write(peer.opening));
  await until(() => peer.isDone || socket.destroyed, 'the exchange');
  await written;
  await write(peer.seal(all));
  socket.end();
  if (!wire.readableEnded) await when(wire, 'end');
  await gone;
  const initial = peer instanceof Responder ? peer.initial : Buffer.alloc(0);
  return told.result(Buffer.concat([initial, peer.received]));
}

test('a peer that begins', async (t) => {
  const meetings = await Meetings.open(t, 'accepted');
  const property = fc.asyncProperty(plan, cuts, choices, async (steps, lengths, chosen) => {
    const all = encode(steps);
    const { method, padding, second, initial } = chosen;
    const peer = new Initiator({
      infoHash: INFO_HASH,
      methods: method,
      padding: Buffer.alloc(padding, 1),
      second,
      initial: all.subarray(0, initial),
    });
    const given = { encryption: 'prefer', infoHashes: [INFO_HASH] };
    const told = await play(meetings, given, peer, all.subarray(initial), lengths, () => {});
    assertSame(told, await playPiped({}, all, answer));
  });
  await fc.assert(property, { numRuns: 25 });
});

test('a peer that we begin with', async (t) => {
  const meetings = await Meetings.open(t, 'dialled');
  const property = fc.asyncProperty(plan, cuts, choices, async (steps, lengths, chosen) => {
    const all = encode(steps);
    const { method, padding, second } = chosen;
    const peer = new Responder({
      infoHash: INFO_HASH,
      choose: method,
      padding: Buffer.alloc(padding, 1),
      second,
    });
    /** @param {any} wire */
    const begin = (wire) => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.have(7);
    };
    const told = await play(meetings, { encryption: 'prefer' }, peer, all, lengths, begin);
    assertSame(told, await playPiped({}, all, answer, begin));
  });
  await fc.assert(property, { numRuns: 25 });
});
