'use strict';

// Real sockets on the loopback interface.

const { once } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');
const pwp = require('../../../index.js');

/** What a test waits for comes within this, in milliseconds, or never. */
const PATIENCE = 5_000;

/**
 * Waits until a condition holds, looking at it once a turn of the event loop.
 * @param {() => unknown} condition
 * @param {string} what is waited for
 */
async function until(condition, what) {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * Two connected sockets.
 * @param {{ after: (fn: () => void) => void }} t the test they belong to
 * @param {import('node:net').SocketConstructorOpts} [options] of the accepted socket
 */
async function sockets(t, options = {}) {
  const server = net.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const near = net.connect(port, '127.0.0.1');
  const [[far]] = await Promise.all([once(server, 'connection'), once(near, 'connect')]);
  server.close();
  for (const socket of [near, far]) {
    // A connection that its other end has closed says so by an error, which is no news here.
    socket.on('error', () => {});
    t.after(() => socket.destroy());
  }
  return { near, far };
}

/**
 * A wire on a socket whose other end is a peer that speaks bytes.
 * @param {{ after: (fn: () => void) => void }} t
 * @param {object} [options] of the wire
 */
async function connect(t, options) {
  const { near: peer, far: socket } = await sockets(t);
  const wire = pwp(options);
  socket.pipe(wire).pipe(socket);
  /** @type {Buffer[]} */
  const received = [];
  peer.on('data', (chunk) => received.push(chunk));
  return { peer, socket, wire, received: () => Buffer.concat(received) };
}

/**
 * A wire with a socket of its own, whose other end is the same.
 * @param {{ after: (fn: () => void) => void }} t
 * @param {object} [options] of the wire
 */
async function connectNative(t, options) {
  const server = pwp.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const peer = net.connect(port, '127.0.0.1');
  peer.on('error', () => {});
  const [[wire]] = await Promise.all([once(server, 'connection'), once(peer, 'connect')]);
  server.close();
  t.after(() => {
    peer.destroy();
    wire.destroy();
  });
  /** @type {Buffer[]} */
  const received = [];
  peer.on('data', (chunk) => received.push(chunk));
  return { peer, socket: null, wire, received: () => Buffer.concat(received) };
}

/**
 * Two wires that are piped to each other's sockets.
 * @param {{ after: (fn: () => void) => void }} t
 * @param {object} [options]
 */
async function pipedPair(t, options) {
  const { near, far } = await sockets(t);
  const leecher = pwp(options);
  const seeder = pwp(options);
  near.pipe(leecher).pipe(near);
  far.pipe(seeder).pipe(far);
  return { leecher, seeder };
}

/**
 * The same with sockets of their own.
 * @param {{ after: (fn: () => void) => void }} t
 * @param {object} [options]
 */
async function nativePair(t, options) {
  const server = pwp.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const leecher = pwp.connect({ ...options, port, host: '127.0.0.1' });
  const [seeder] = await once(server, 'connection');
  server.close();
  for (const wire of [leecher, seeder]) t.after(() => wire.destroy());
  return { leecher, seeder };
}

/** A seeder and a leecher on sockets of their own, to see that others go on. */
async function healthyPair(pair = pipedPair) {
  /** @type {(() => void)[]} */
  const cleanUp = [];
  const { leecher, seeder } = await pair({ after: (fn) => cleanUp.push(fn) });
  seeder.on('request', (piece, offset, length, respond) => {
    respond(null, Buffer.alloc(length, piece + offset));
  });
  seeder.on('interested', () => seeder.unchoke());
  const hash = Buffer.alloc(20, 1);
  leecher.handshake(hash, hash);
  seeder.handshake(hash, hash);
  leecher.interested();
  await once(leecher, 'unchoke');
  let piece = 0;
  return {
    seeder,
    leecher,
    close() {
      for (const fn of cleanUp) fn();
    },
    /** @returns {Promise<boolean>} whether a block came over, whole and right */
    async transfer() {
      const index = piece++ % 100;
      const block = await new Promise((resolve, reject) => {
        leecher.request(index, 7, 16384, (/** @type {any} */ error, /** @type {any} */ bytes) =>
          error ? reject(error) : resolve(bytes),
        );
      });
      return block.equals(Buffer.alloc(16384, index + 7));
    },
  };
}

/** What can be under test: a wire that is piped to and from a socket, or one that has its own. */
const KINDS = {
  'a piped wire': {
    connect,
    pair: pipedPair,
    healthyPair: () => healthyPair(),
    /** Bytes sent that nobody has taken. @param {any} wire */
    unread: (wire) => wire.readableLength,
    /** Has what is sent wait. @param {any} connection @returns {() => void} ends that */
    clog({ wire }) {
      wire.unpipe();
      wire.have(0);
      return () => wire.resume();
    },
  },
  'a wire with a socket of its own': {
    connect: connectNative,
    pair: nativePair,
    healthyPair: () => healthyPair(nativePair),
    /** @param {any} wire */
    unread: (wire) => wire.pendingBytes,
    /** More than the two sockets hold. @param {any} connection @returns {() => void} */
    clog({ peer, wire }) {
      peer.pause();
      wire.piece(0, 0, Buffer.alloc(2 ** 25));
      return () => peer.resume();
    },
  },
};

/** @typedef {{ t: import('node:test').TestContext } & typeof KINDS[keyof typeof KINDS]} Given */

/**
 * A test of each of the two.
 * @param {string} name
 * @param {(given: any) => Promise<void>} body of a `Given`
 */
function it(name, body) {
  for (const [title, kind] of Object.entries(KINDS)) {
    test(`${name}: ${title}`, (t) => body({ t, ...kind }));
  }
}

module.exports = { KINDS, connect, healthyPair, it, sockets, until };
