'use strict';

const { randomBytes } = require('node:crypto');
const net = require('node:net');
const pwp = require('../../index.js');
const { version } = require('../../package.json');

const HOST = '127.0.0.1';
const OUR_NAME = `peer-wire-protocol-native ${version}`;
const OUR_REQQ = 2000;
const HANDSHAKE_TIMEOUT = 15_000;
const TORRENT_UNKNOWN = 'ERR_PWP_ENCRYPTION_TORRENT';

/** Events worth a line in the journal. Blocks are not: they would be all there is. */
const NOTED = /** @type {const} */ ([
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have-all',
  'have-none',
  'suggest',
  'allowed-fast',
  'hash-request',
  'hash-reject',
]);

/**
 * @typedef {import('./journal.js').Journal} Journal
 * @typedef {object} Options
 * @property {string} infoHash hex, v1's or v2's
 * @property {string[]} torrents hex, what a peer that begins encrypted may ask for
 * @property {import('./runs.js').Encryption} encryption
 * @property {boolean} fast
 * @property {boolean} v2
 * @property {boolean} socket whether the wire has a socket of its own, instead of being piped
 * @property {Buffer | null} info what ut_metadata serves, null to fetch it
 * @property {Journal} journal
 */

/** @param {Uint8Array | string | undefined} value */
const toText = (value) => (value === undefined ? '' : Buffer.from(value).toString());

/** What a peer without `v` is called. @param {Buffer} id */
const nameOfId = (id) => id.subarray(0, 8).toString('latin1');

/** @param {Options} options */
const wireOptions = ({ encryption, torrents }) => ({
  respectReqq: true,
  // Who reads late that it was choked has asked for all once more before the first are answered.
  maxPeerRequests: 2 * OUR_REQQ,
  handshakeTimeout: HANDSHAKE_TIMEOUT,
  encryption,
  infoHashes: torrents,
});

/**
 * A wire, and the socket that it is to be piped to, if it has none of its own.
 * @typedef {{ wire: any, socket: net.Socket | null }} Line
 */

/**
 * @param {number} port
 * @param {Options} options
 * @returns {Promise<Line | null>} null where nobody listens
 */
async function dialOnce(port, options) {
  const to = { host: HOST, port };
  if (options.socket) {
    const wire = pwp.connect({ ...to, ...wireOptions(options) });
    await new Promise((resolve) => wire.once('connect', resolve).once('close', resolve));
    const { closeReason } = wire;
    if (closeReason === null) return { wire, socket: null };
    if (closeReason.code === 'ERR_PWP_CONNECTION_REFUSED') return null;
    throw closeReason;
  }
  const socket = net.connect(to);
  const error = await new Promise((resolve) => {
    socket.once('connect', () => resolve(null));
    socket.once('error', resolve);
  });
  if (error === null) return { wire: pwp(wireOptions(options)), socket };
  if (error.code === 'ECONNREFUSED') return null;
  throw error;
}

/**
 * @param {Options} options
 * @param {(line: Line) => void} onLine
 */
function createServer(options, onLine) {
  if (options.socket) {
    return pwp.createServer(wireOptions(options), (wire) => onLine({ wire, socket: null }));
  }
  return net.createServer((socket) => onLine({ wire: pwp(wireOptions(options)), socket }));
}

/**
 * This wire on a socket, as far as a leecher and a seeder have it in common: handshakes, extensions,
 * and what is known of the peer in the end.
 */
class Peer {
  #socket;
  #peerId = Buffer.alloc(0);
  #peerInfoHash = Buffer.alloc(0);
  /** Whether it was us who left. */
  #isLeft = false;

  /**
   * @param {Line} line
   * @param {Options} options
   * @param {any} utMetadata
   * @param {'us' | 'it'} dialledBy
   */
  constructor({ wire, socket }, options, utMetadata, dialledBy) {
    this.options = options;
    this.journal = options.journal;
    this.dialledBy = dialledBy;
    /** What the peer should not have done. @type {Set<string>} */
    this.faults = new Set();
    /** Whether its handshake has come. */
    this.isShaken = false;
    /** Whether it has ended in the exchange before that, over what was encrypted. */
    this.isGarbled = false;
    this.#socket = socket;
    this.wire = wire;
    this.wire.use(utMetadata(options.info ?? undefined));
    this.wire.extendedHandshake.v = OUR_NAME;
    this.wire.extendedHandshake.reqq = OUR_REQQ;
    this.#watch();
    if (socket !== null) {
      socket.setNoDelay(true);
      socket.pipe(wire).pipe(socket);
    }
    if (dialledBy === 'us') this.#shake();
  }

  /**
   * Dials, and again while nobody listens yet.
   * @param {number} port
   * @param {Options} options
   * @param {AbortSignal} signal
   */
  static async dial(port, options, signal) {
    const { default: utMetadata } = await import('ut_metadata');
    for (;;) {
      const line = await dialOnce(port, options);
      if (line !== null) return new Peer(line, options, utMetadata, 'us');
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /**
   * Listens, for as many connections as are made.
   * @param {Options} options
   * @param {(peer: Peer) => void} onPeer
   */
  static async listen(options, onPeer) {
    const { default: utMetadata } = await import('ut_metadata');
    const server = createServer(options, (line) => {
      options.journal.note('a connection comes in');
      onPeer(new Peer(line, options, utMetadata, 'it'));
    });
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, HOST, () => resolve(null));
    });
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    return { port, close: () => server.close() };
  }

  #watch() {
    const { wire, journal } = this;
    wire.on('handshake', (infoHash, peerId, extensions) => {
      this.isShaken = true;
      this.#peerId = Buffer.from(peerId);
      this.#peerInfoHash = Buffer.from(infoHash);
      journal.note(
        `handshake ${infoHash.toString('hex')} ${nameOfId(peerId)} ${JSON.stringify(extensions)}`,
      );
      if (this.dialledBy === 'it') this.#shake();
    });
    wire.on('extended', (name, message) => {
      if (name === 'handshake') journal.note(`extension handshake ${describe(message)}`);
      else journal.note(`extended ${name}`);
    });
    wire.on('encryption', (method) => journal.note(`encryption ${method}`));
    for (const event of NOTED) {
      wire.on(event, (/** @type {unknown[]} */ ...args) => {
        const words = args.map((arg) => (Buffer.isBuffer(arg) ? arg.toString('hex') : String(arg)));
        journal.note([event, ...words].join(' '));
      });
    }
    wire.on('bitfield', (bits) => journal.note(`bitfield of ${bits.length} bytes`));
    wire.on('unknownmessage', (body) => this.#fault(`sent a message of unknown id ${body[0]}`));
    wire.on('error', (error) => journal.note(`the wire: ${error.message}`));
    /** @type {Promise<void>} */
    this.shaken = new Promise((resolve) => wire.once('handshake', () => resolve()));
    /** When the connection is over, by whomever. @type {Promise<string>} */
    this.closed = new Promise((resolve) => {
      wire.once('close', () => {
        const reason = wire.closeReason ? `: ${wire.closeReason.message}` : '';
        // The peer hangs up where it cannot find the torrent; we say so.
        const code = wire.closeReason?.code ?? TORRENT_UNKNOWN;
        this.isGarbled = !this.isShaken && !this.#isLeft && code === TORRENT_UNKNOWN;
        if (wire.closeReason && !isCut(wire.closeReason))
          this.#fault(`broke the protocol${reason}`);
        journal.note(`the wire has closed${reason}`);
        resolve(`the connection was closed${reason}`);
      });
    });
    this.#socket?.on('error', (error) => journal.note(`the socket: ${error.message}`));
    this.#socket?.on('close', () => wire.destroy());
  }

  #shake() {
    const { infoHash, fast, v2 } = this.options;
    const peerId = Buffer.concat([Buffer.from('-PN0001-'), randomBytes(12)]);
    this.wire.handshake(infoHash, peerId, { dht: false, fast, v2 });
  }

  /** @param {string} text */
  #fault(text) {
    this.faults.add(text);
    this.journal.note(text);
  }

  /**
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>} rejects when the connection is over before
   */
  orClosed(work) {
    const closed = this.closed.then((reason) => {
      throw new Error(reason);
    });
    return Promise.race([work, closed]);
  }

  close() {
    this.#isLeft = true;
    this.wire.destroy();
    this.#socket?.destroy();
  }

  /** What the two have agreed on, and what the peer says of itself. */
  facts() {
    const { wire } = this;
    const shake = wire.peerExtendedHandshake ?? {};
    return {
      dialledBy: this.dialledBy,
      peerInfoHash: this.#peerInfoHash.toString('hex'),
      peerId: nameOfId(this.#peerId),
      name: toText(shake.v) || nameOfId(this.#peerId),
      announcesFast: wire.peerExtensions.fast === true,
      hasFast: wire.hasFast,
      hasV2: wire.hasV2,
      encrypted: wire.encrypted,
      extensions: Object.keys(shake.m ?? {}).sort(),
      reqq: shake.reqq ?? null,
      downloaded: wire.downloaded,
      uploaded: wire.uploaded,
    };
  }
}

/** Whether the connection was cut, which is no fault of the protocol. @param {{ code?: string }} reason */
function isCut({ code }) {
  return code === 'ERR_PWP_CONNECTION_RESET';
}

/** @param {Record<string, any>} message */
function describe(message) {
  return JSON.stringify(message, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
}

module.exports = { HOST, Peer };
