'use strict';

// What a wire tells of what its peer sends: a piped wire that is given it at once, and wires with
// sockets of their own.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const net = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const { HOST, listen, pwp, turn, when } = require('./sockets.js');

/** All but `error`, which would change what a wire does if it were listened for. */
const EVENTS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'piece',
  'download',
  'upload',
  'cancel',
  'port',
  'extended',
  'suggest',
  'have-all',
  'have-none',
  'reject',
  'allowed-fast',
  'keep-alive',
  'unknownmessage',
  'close',
  'finish',
];

/** @param {unknown} value */
function print(value) {
  if (value instanceof Error) return `${/** @type {any} */ (value).code}: ${value.message}`;
  if (!Buffer.isBuffer(value)) return typeof value === 'function' ? 'function' : value;
  if (value.length < 50) return value.toString('hex');
  return `${value.length} bytes ${createHash('sha1').update(value).digest('hex')}`;
}

/**
 * What can be seen of a wire. The pieces only by their number: there may be millions.
 * @param {any} wire
 */
function stateOf(wire) {
  const { amChoking, peerChoking, peerInterested, peerPieces, requests, peerRequests } = wire;
  const flags = [amChoking, peerChoking, peerInterested, peerPieces[3] ?? false].map(Number);
  const bytes = `${wire.uploaded}/${wire.downloaded}`;
  return `${flags.join('')} ${bytes} ${requests.length}/${peerRequests.length} ${peerPieces.length}`;
}

/** @param {boolean[]} pieces */
function piecesOf(pieces) {
  /** @type {number[]} */
  const has = [];
  // Not by their number: most of the places are empty.
  pieces.forEach((is, index) => {
    if (is) has.push(index);
  });
  return has.join();
}

/** Everything that happens on a wire, in order. */
class Told {
  /** @type {any[][]} */
  log = [];

  /**
   * @param {any} wire that serves and asks
   * @param {(wire: any, name: string, count: number) => void} [each] called in every event
   */
  constructor(wire, each = () => {}) {
    this.wire = wire;
    for (const name of EVENTS) {
      wire.on(name, (/** @type {any[]} */ ...args) => {
        this.log.push([name, ...args.map(print), stateOf(wire)]);
        if (name === 'interested') wire.unchoke();
        if (name === 'unchoke') {
          wire.request(1, 2, 3, (/** @type {any} */ error) => {
            this.log.push(['callback', error?.message ?? 'block']);
          });
        }
        if (name === 'request' && args[2] < 100_000) args[3](null, Buffer.alloc(args[2], args[0]));
        each(wire, name, this.log.length);
      });
    }
  }

  /** @param {Buffer} received what the wire has sent */
  result(received) {
    const { closeReason, destroyed } = this.wire;
    const { peerPieces, peerExtensions } = this.wire;
    const end = {
      reason: print(closeReason),
      destroyed,
      state: stateOf(this.wire),
      pieces: piecesOf(peerPieces),
      peerExtensions,
    };
    return { log: this.log, end, received };
  }
}

/**
 * A piped wire that is given everything at once, and then the peer's end.
 * @param {object} options
 * @param {Buffer} all
 * @param {(wire: any, name: string, count: number) => void} [each]
 * @param {(wire: any) => void} [begin] says something first
 */
function playPiped(options, all, each, begin = () => {}) {
  const wire = pwp(options);
  const told = new Told(wire, each);
  begin(wire);
  wire.write(all);
  wire.destroy();
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const sent = [];
    wire.on('data', (chunk) => sent.push(chunk));
    wire.on('end', () => resolve(told.result(Buffer.concat(sent))));
  });
}

/**
 * A peer that breaks the protocol is cut off, and may not get to read what it was sent last.
 * @typedef {{ log: any[][], end: { reason: any }, received: Buffer }} Result
 * @param {Result} told
 * @param {Result} piped
 */
function assertSame({ received, ...told }, { received: whole, ...piped }) {
  assert.deepEqual(told, piped);
  const expected = told.end.reason === null ? whole : whole.subarray(0, received.length);
  assert.equal(print(received), print(expected));
}

/** Most chunks a stream is cut into: each may wait for the one before to be read. */
const MOST_CHUNKS = 60;

/**
 * @param {Buffer} all
 * @param {number[]} lengths used over and over
 * @returns {Buffer[]}
 */
function chunksOf(all, lengths) {
  const chunks = [];
  for (let at = 0, i = 0; at < all.length; i++) {
    const length = i < MOST_CHUNKS ? Math.max(lengths[i % lengths.length], 1) : all.length;
    chunks.push(all.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** Wires with sockets of their own, one after the other. */
class Meetings {
  /** @type {(options: object) => Promise<{ wire: any, peer: net.Socket }>} */
  meet;

  /** @param {Meetings['meet']} meet */
  constructor(meet) {
    this.meet = meet;
  }

  /**
   * @param {import('node:test').TestContext} t
   * @param {'accepted' | 'dialled'} role of the wire
   */
  static async open(t, role) {
    const dialled = net.createServer({ noDelay: true });
    const port = await listen(t, dialled);
    if (role === 'dialled') {
      return new Meetings(async (options) => {
        const given = when(dialled, 'connection');
        const wire = pwp.connect({ ...options, port, host: HOST });
        return { wire, peer: (await given)[0] };
      });
    }
    return new Meetings(async (options) => {
      const server = pwp.createServer(options);
      server.listen(0, HOST);
      await when(server, 'listening');
      const given = when(server, 'connection');
      const peer = net.connect(/** @type {any} */ (server.address()).port, HOST);
      const [wire] = await given;
      server.close();
      peer.setNoDelay();
      return { wire, peer };
    });
  }

  /**
   * Has the peer send chunks and end.
   * @param {object} options of the wire
   * @param {Buffer[]} chunks
   * @param {string[]} pauses between them, used over and over
   * @param {(wire: any, name: string, count: number) => void} [each]
   */
  async play(options, chunks, pauses, each) {
    const { wire, peer } = await this.meet(options);
    const told = new Told(wire, each);
    /** @type {Buffer[]} */
    const received = [];
    peer.on('data', (chunk) => received.push(chunk));
    peer.on('error', () => {});
    const gone = when(peer, 'close');
    for (const [i, chunk] of chunks.entries()) {
      if (!peer.writable || wire.destroyed) break;
      peer.write(chunk);
      const pause = pauses[i % pauses.length];
      if (pause === 'turn') await turn();
      if (pause === 'read') await sleep(1);
    }
    peer.end();
    if (!wire.readableEnded) await when(wire, 'end');
    await gone;
    return told.result(Buffer.concat(received));
  }
}

module.exports = { Meetings, Told, assertSame, chunksOf, playPiped };
