'use strict';

// One peer that sends as fast as it can does not keep a hundred others waiting, and one that does not
// read holds nobody up.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { flood } = require('./helpers/flood.js');
const { bytes, call, listen, pwp, until, when } = require('./helpers/sockets.js');

const { INFO_HASH, PEER_ID } = bytes;
const SLOW = 100;
/** Milliseconds: far less than it takes to deal with all that is in the way. */
const PROMPT = 3000;
const BLOCK = 16_384;
/** What a peer gets for a request: a block with its head. */
const ANSWER = BLOCK + 13;

/** A server that answers everything. */
function seeder() {
  return pwp.createServer((wire) => {
    wire.on('handshake', () => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.unchoke();
    });
    wire.on('request', (piece, _offset, length, respond) => {
      respond(null, Buffer.alloc(length, piece));
    });
  });
}

/** Counts what comes, and tells when there is as much as was waited for. */
class Slow {
  received = 0;
  wanted = Number.POSITIVE_INFINITY;
  /** @type {() => void} */
  done = () => {};

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.socket = socket;
    socket.on('data', ({ length }) => {
      this.received += length;
      if (this.received >= this.wanted) this.done();
    });
  }

  /** @param {Buffer} said @param {number} length of the answer */
  async ask(said, length) {
    this.wanted = this.received + length;
    const start = performance.now();
    const answered = new Promise((resolve) => {
      this.done = () => resolve(performance.now() - start);
    });
    this.socket.write(said);
    return answered;
  }
}

/** @param {import('node:test').TestContext} t @param {number} port */
async function slowPeers(t, port) {
  const peers = Array.from({ length: SLOW }, () => new Slow(call(t, port)));
  await Promise.all(peers.map(({ socket }) => when(socket, 'connect')));
  await Promise.all(peers.map((peer) => peer.ask(bytes.handshake(), 68 + 5)));
  return peers;
}

test('a hundred that ask are answered while one sends all it can', async (t) => {
  const server = seeder();
  const port = await listen(t, server);
  const given = when(server, 'connection');
  flood(t, port, { count: 200_000, length: BLOCK });
  const [busy] = await given;
  await when(busy, 'piece');
  const peers = await slowPeers(t, port);
  /** @type {number[]} */
  const times = [];
  const before = busy.downloaded;
  for (let round = 0; round < 5; round++) {
    const asked = peers.map((peer, i) => peer.ask(bytes.request(i, 0, BLOCK), ANSWER));
    times.push(...(await Promise.all(asked)));
  }
  times.sort((a, b) => a - b);
  const [median, most] = [times[times.length >> 1], times[times.length - 1]];
  t.diagnostic(`half within ${median.toFixed()} ms, all within ${most.toFixed()} ms`);
  t.diagnostic(`${((busy.downloaded - before) / 2 ** 20).toFixed()} MiB came meanwhile`);
  assert.equal(busy.destroyed, false, 'it has ended before');
  assert.ok(busy.downloaded - before > 2 ** 20, 'it has sent nothing');
  assert.ok(most < PROMPT, `${most} ms`);
});

test('a hundred go on while as many do not read', async (t) => {
  const server = seeder();
  const port = await listen(t, server);
  const deaf = await slowPeers(t, port);
  const requests = Buffer.concat(
    Array.from({ length: 1500 }, (_, i) => bytes.request(i & 255, 0, BLOCK)),
  );
  for (const { socket } of deaf) {
    socket.pause();
    socket.write(requests);
  }
  const peers = await slowPeers(t, port);
  const asked = peers.map((peer, i) => peer.ask(bytes.request(i, 0, BLOCK), ANSWER));
  const times = await Promise.all(asked);
  assert.ok(Math.max(...times) < PROMPT, `${Math.max(...times)} ms`);
  // And those that read again get all of it.
  for (const [i, peer] of deaf.entries()) {
    peer.wanted = 68 + 5 + 1500 * ANSWER;
    if (i % 20 === 0) peer.socket.resume();
  }
  await until(
    () => deaf.every(({ received, wanted }, i) => i % 20 !== 0 || received === wanted),
    'all',
  );
});

test('nor do small messages without end', async (t) => {
  const server = seeder();
  const port = await listen(t, server);
  const peers = await slowPeers(t, port);
  const given = when(server, 'connection');
  const flooding = call(t, port);
  const [busy] = await given;
  let [sent, heard] = [0, 0];
  busy.on('have', () => heard++);
  const haves = Buffer.concat(Array.from({ length: 100_000 }, (_, i) => bytes.have(i % 1000)));
  let isOver = false;
  const more = () => {
    if (isOver) return;
    sent += 100_000;
    flooding.write(haves, more);
  };
  flooding.write(bytes.handshake(), more);
  await when(busy, 'have');
  for (let round = 0; round < 3; round++) {
    const times = await Promise.all(
      peers.map((peer, i) => peer.ask(bytes.request(i, 0, BLOCK), ANSWER)),
    );
    assert.ok(Math.max(...times) < PROMPT, `${Math.max(...times)} ms`);
  }
  assert.ok(heard > 1000, 'nobody was in the way');
  isOver = true;
  await until(() => heard === sent, 'the rest');
});
