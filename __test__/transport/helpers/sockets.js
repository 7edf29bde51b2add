'use strict';

// Wires with sockets of their own, whose peers are sockets of Node's or other wires.

const net = require('node:net');
const pwp = require('../../../index.js');
const bytes = require('../../hostile/helpers/bytes.js');

/** What a test waits for comes within this, in milliseconds, or never. */
const PATIENCE = 10_000;

const HOST = '127.0.0.1';

/** @typedef {import('node:test').TestContext} Test */
/** @typedef {import('../../../index.js').SocketWire} SocketWire */

/**
 * Waits for an event. Unlike Node's `once` it does not listen for `error`, which would change what a
 * wire does.
 * @param {any} emitter
 * @param {string} event
 * @returns {Promise<any[]>} its arguments
 */
function when(emitter, event) {
  return new Promise((resolve, reject) => {
    const heard = (/** @type {any[]} */ ...args) => {
      clearTimeout(timer);
      resolve(args);
    };
    const timer = setTimeout(() => {
      emitter.removeListener(event, heard);
      reject(new Error(`waited in vain for ${event}`));
    }, PATIENCE).unref();
    emitter.once(event, heard);
  });
}

/**
 * Has a server listen on the loopback interface until the test ends.
 * @param {Test} t
 * @param {any} server of ours or of Node's
 * @param {string} [host]
 * @returns {Promise<number>} the port
 */
async function listen(t, server, host = HOST) {
  server.listen(0, host);
  t.after(() => server.close());
  await when(server, 'listening');
  return server.address().port;
}

/**
 * A socket of Node's, whose errors are no news.
 * @param {Test} t
 * @param {number} port
 * @param {string} [host]
 * @returns {net.Socket}
 */
function call(t, port, host = HOST) {
  const socket = net.connect({ port, host });
  socket.setNoDelay();
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  return socket;
}

/**
 * A wire that a server of ours has given, and the socket of its peer.
 * @param {Test} t
 * @param {object} [options] of the wire
 */
async function accepted(t, options) {
  const server = pwp.createServer(options);
  const port = await listen(t, server);
  const given = when(server, 'connection');
  const peer = call(t, port);
  const connected = when(peer, 'connect');
  const [wire] = await given;
  await connected;
  t.after(() => wire.destroy());
  server.close();
  return { wire, peer, server };
}

/**
 * A wire that has dialled, and the socket of its peer. The connection stands.
 * @param {Test} t
 * @param {object} [options] of the wire
 */
async function dialled(t, options) {
  const server = net.createServer({ noDelay: true });
  const port = await listen(t, server);
  const given = when(server, 'connection');
  const wire = pwp.connect({ port, host: HOST, ...options });
  t.after(() => wire.destroy());
  const connected = when(wire, 'connect');
  const [peer] = await given;
  peer.on('error', () => {});
  t.after(() => peer.destroy());
  await connected;
  server.close();
  return { wire, peer };
}

/** How a wire comes to its socket. */
const ROLES = /** @type {const} */ ([
  ['accepted', accepted],
  ['dialled', dialled],
]);

/**
 * Two wires with a connection between them.
 * @param {Test} t
 * @param {object} [options] of the one that dials
 * @param {object} [others] of the other
 * @returns {Promise<{ near: SocketWire, far: SocketWire }>}
 */
async function pair(t, options, others) {
  const server = pwp.createServer(others);
  const port = await listen(t, server);
  const given = when(server, 'connection');
  const near = pwp.connect({ ...options, port, host: HOST });
  const connected = when(near, 'connect');
  const [far] = await given;
  await connected;
  t.after(() => near.destroy());
  t.after(() => far.destroy());
  server.close();
  return { near, far };
}

/**
 * Waits until a condition holds, where no event tells.
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

/** What is told of how a wire begins and ends, in order. @param {any} wire @returns {string[]} */
function lifeOf(wire) {
  /** @type {string[]} */
  const life = [];
  for (const name of ['connect', 'handshake', 'close', 'finish', 'end']) {
    wire.on(name, () => life.push(name));
  }
  return life;
}

/** A turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Waits for the end of a wire, and for whatever else it might say. @param {any} wire */
async function ended(wire) {
  if (!wire.readableEnded) await when(wire, 'end');
  await turn();
  await turn();
}

module.exports = {
  HOST,
  PATIENCE,
  ROLES,
  accepted,
  bytes,
  call,
  dialled,
  ended,
  lifeOf,
  listen,
  pair,
  pwp,
  turn,
  until,
  when,
};
