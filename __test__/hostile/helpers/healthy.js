'use strict';

// A peer that keeps to the protocol, in a thread of its own, so that nothing an attacker does with
// its own process is mistaken for what the attacked one does. It speaks bytes, not this package.

const { once } = require('node:events');
const net = require('node:net');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const bytes = require('./bytes.js');
const { BLOCK, PIECES, PIECE_LENGTH, content } = require('./torrent.js');

/** Blocks in the download that every attack must leave whole: at least this many. */
const LEAST_BLOCKS = 32;
/** Blocks asked for together, and milliseconds until the next ones. */
const ROUND = 4;
const PAUSE_MS = 4;

/** @typedef {{ blocks: number, wrong: number, served: number, wait: number, gone: boolean }} Download */

/** The thread's side: a download of the whole time of an attack, and serving as well. */
class Downloader {
  #received = Buffer.alloc(0);
  #wanted = -1;
  #block = 0;
  #pending = 0;
  #asked = 0;
  #isShaken = false;
  #isOver = false;
  #isRunning = false;
  /** @type {(() => void)[]} what the peer asked for, answered once a round */
  #answers = [];
  /** @type {Download} */
  #result = { blocks: 0, wrong: 0, served: 0, wait: 0, gone: false };

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.socket = socket;
    socket.setNoDelay();
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#result.gone = true;
      if (this.#isRunning) this.#report();
    });
    setInterval(() => {
      for (const answer of this.#answers.splice(0)) answer();
    }, PAUSE_MS).unref();
    const has = bytes.bitfield(Buffer.alloc(PIECES / 8, 255));
    socket.write(Buffer.concat([bytes.handshake(), has, bytes.unchoke, bytes.interested]));
  }

  begin() {
    this.#result = { blocks: 0, wrong: 0, served: 0, wait: 0, gone: this.socket.destroyed };
    this.#isOver = false;
    this.#isRunning = true;
    if (this.#result.gone) this.#report();
    else this.#askRound();
  }

  /** The attack is over: what is left of the download comes to its end. */
  finish() {
    this.#isOver = true;
  }

  #report() {
    this.#isRunning = false;
    parentPort?.postMessage(this.#result);
  }

  #askRound() {
    this.#asked = performance.now();
    const requests = [];
    this.#wanted = this.#block;
    for (let i = 0; i < ROUND; i++) requests.push(bytes.request(...this.#place(this.#wanted + i)));
    this.#pending = ROUND;
    this.socket.write(Buffer.concat(requests));
  }

  /** @param {number} block @returns {[number, number, number]} */
  #place(block) {
    return [block % PIECES, (BLOCK * Math.floor(block / PIECES)) % PIECE_LENGTH, BLOCK];
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : chunk;
    if (!this.#isShaken) {
      if (this.#received.length < 68) return;
      this.#received = this.#received.subarray(68);
      this.#isShaken = true;
      parentPort?.postMessage('connected');
    }
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt32BE(0);
      if (this.#received.length < 4 + length) break;
      this.#onMessage(this.#received.subarray(4, 4 + length));
      this.#received = this.#received.subarray(4 + length);
    }
  }

  /** @param {Buffer} body */
  #onMessage(body) {
    if (body[0] === 6) {
      const [piece, offset, length] = [1, 5, 9].map((at) => body.readUInt32BE(at));
      this.#answers.push(() => {
        this.socket.write(bytes.piece(piece, offset, content(piece, offset, length)));
        this.#result.served++;
      });
    } else if (body[0] === 7) {
      this.#onBlock(body);
    }
  }

  /** @param {Buffer} body */
  #onBlock(body) {
    const [piece, offset] = this.#place(this.#block++);
    const expected = Buffer.concat([bytes.u32(piece, offset), content(piece, offset, BLOCK)]);
    this.#result.blocks++;
    if (!expected.equals(body.subarray(1))) this.#result.wrong++;
    if (--this.#pending > 0) return;
    this.#result.wait = Math.max(this.#result.wait, performance.now() - this.#asked);
    if (this.#isOver && this.#result.blocks >= LEAST_BLOCKS) this.#report();
    else setTimeout(() => this.#askRound(), PAUSE_MS);
  }
}

/** The thread, seen from the one that plays the attacks. */
class HealthyPeer {
  #worker;
  /** @type {Promise<any[]>} */
  #result = Promise.resolve([]);

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
  }

  /** @param {number} port */
  static async connect(port) {
    const worker = new Worker(__filename, { workerData: { port } });
    await once(worker, 'message');
    return new HealthyPeer(worker);
  }

  begin() {
    this.#result = once(this.#worker, 'message');
    this.#worker.postMessage('begin');
  }

  /** @returns {Promise<Download>} once the download is through, or its connection has gone */
  async finish() {
    this.#worker.postMessage('finish');
    return (await this.#result)[0];
  }

  async stop() {
    await this.#worker.terminate();
  }
}

if (!isMainThread && workerData?.port) {
  const downloader = new Downloader(net.connect(workerData.port, '127.0.0.1'));
  parentPort?.on('message', (/** @type {'begin' | 'finish'} */ command) => downloader[command]());
}

module.exports = { HealthyPeer };
