'use strict';

const { randomBytes } = require('node:crypto');
const pwp = require('../../../index.js');
const { name, version } = require('../../../package.json');
const { clientOf } = require('../clients.js');
const { round } = require('../text.js');
const Download = require('./download.js');
const { count, learn } = require('./findings.js');
const { utMetadata } = require('./metadata.js');

/** @typedef {import('./findings.js').Findings} Findings */
/** @typedef {import('../arguments.js').ProbeArguments} ProbeArguments */
/** @typedef {(event: string, data?: Record<string, unknown>) => void} Tell */

/** A digit for each number of our version, as BEP 20 has it. */
const DIGITS = version
  .split('.', 3)
  .map((number) => Number.parseInt(number, 10).toString(36).toUpperCase())
  .join('');
const PEER_ID = `-PN${DIGITS}0-`;

/** What we announce to queue. Nobody is let in, so it is of no account. */
const OUR_REQQ = 250;
/** Milliseconds in which a peer says what extensions it has, once it has shaken hands. */
const EXTENSIONS_PATIENCE = 2000;

/** Messages that are told by their name and numbers alone. @type {Record<string, string[]>} */
const PLAIN = {
  have: ['piece'],
  suggest: ['piece'],
  'allowed-fast': ['piece'],
  port: ['port'],
  reject: ['piece', 'offset', 'length'],
  choke: [],
  unchoke: [],
  interested: [],
  uninterested: [],
  'have-all': [],
  'have-none': [],
  'keep-alive': [],
};

/** One connection to a peer: dials it, and writes down what it says. */
class Attempt {
  #options;
  #findings;
  #tell;
  #isLeaving = false;
  #dialledAt = performance.now();
  /** @type {NodeJS.Timeout[]} */
  #timers = [];

  /**
   * @param {ProbeArguments} options
   * @param {'off' | 'prefer' | 'require'} encryption
   * @param {Findings} findings
   * @param {Tell} tell
   */
  constructor(options, encryption, findings, tell) {
    this.#options = options;
    this.#findings = findings;
    this.#tell = tell;
    findings.dialled = encryption;
    findings.connected = null;
    findings.encryption = encryption === 'off' ? false : null;
    findings.closed = null;
    const { host, port, timeout, pieceCount } = options;
    this.wire = pwp.connect({
      host,
      port,
      encryption,
      connectTimeout: Math.ceil(timeout),
      infoHashes: [],
      pieceCount,
      respectReqq: true,
    });
    findings.wire = this.wire;
    this.download = new Download(this.wire, options.download, () => this.#onDownloaded());
    findings.download = this.download;
    /** @type {Promise<void>} */
    this.closed = new Promise((resolve) => {
      this.wire.once('close', () => {
        this.#onClose();
        resolve();
      });
    });
    this.#listen();
    tell('dial', { address: findings.address, encryption });
    this.#shake();
  }

  /** Whether there is nothing more that a peer like this one would tell. */
  get isComplete() {
    const { handshake, extended, metadata, bitfield, have } = this.#findings;
    if (handshake === null || (bitfield === null && have === null)) return false;
    if (handshake.extensions.extended && extended === null) return false;
    if (handshake.extensions.extended && metadata === null) return false;
    return this.#options.download === 0 || have === 'none' || this.download.isOver;
  }

  /** Ends it on our part. */
  leave() {
    this.#isLeaving = true;
    this.wire.destroy();
  }

  /** Milliseconds since it was dialled. */
  #now() {
    return round(performance.now() - this.#dialledAt);
  }

  #shake() {
    const { infoHash } = this.#options;
    const { wire } = this;
    const id = PEER_ID + randomBytes(6).toString('hex');
    wire.extendedHandshake.v = `${name} ${version}`;
    wire.extendedHandshake.reqq = OUR_REQQ;
    wire.use(
      utMetadata(
        infoHash,
        (metadata) => this.#onMetadata(metadata),
        (reason) => this.#onNoMetadata(reason),
      ),
    );
    wire.handshake(infoHash, id, { fast: true, v2: infoHash.length !== 20 });
  }

  /**
   * @param {number} milliseconds
   * @param {() => void} work
   */
  #after(milliseconds, work) {
    this.#timers.push(setTimeout(work, milliseconds));
  }

  #listen() {
    const { wire } = this;
    wire.once('connect', () => this.#onConnect());
    wire.on('encryption', (method) => {
      this.#findings.encryption = method;
      this.#tell('encryption', { method: method || 'none' });
    });
    wire.once('handshake', (infoHash, peerId, extensions) =>
      this.#onHandshake(infoHash, peerId, extensions),
    );
    wire.on('bitfield', (bits) => {
      count(this.#findings, 'bitfield');
      this.#findings.bitfield = bits.length;
      this.#tell('bitfield', { bytes: bits.length });
      this.download.pump();
    });
    wire.on('extended', (kind, message) => {
      count(this.#findings, 'extended');
      if (/** @type {unknown} */ (kind) === 'handshake') this.#onExtended(message);
    });
    wire.on('piece', (_piece, _offset, block) => {
      count(this.#findings, 'piece');
      this.#tell('block', { bytes: block.length });
    });
    wire.on('unknownmessage', (body) => {
      count(this.#findings, 'unknownmessage');
      this.#tell('unknownmessage', { id: body[0], length: body.length });
    });
    for (const [event, names] of Object.entries(PLAIN)) {
      wire.on(event, (/** @type {number[]} */ ...values) => {
        learn(this.#findings, event, values);
        if (event === 'have') this.download.offer(values[0]);
        else this.download.pump();
        this.#tell(event, Object.fromEntries(names.map((key, i) => [key, values[i]])));
      });
    }
  }

  #onConnect() {
    this.#findings.connected = { address: String(this.wire.peerAddress), after: this.#now() };
    this.#tell('connect', { address: this.wire.peerAddress });
    const { timeout } = this.#options;
    this.#after(timeout, () => {
      if (this.#findings.handshake !== null) return;
      const error = new Error(`the handshake did not come in ${timeout / 1000} s`);
      this.wire.destroy(Object.assign(error, { code: 'ERR_PWP_HANDSHAKE_TIMEOUT' }));
    });
  }

  /**
   * @param {Buffer} infoHash
   * @param {Buffer} peerId
   * @param {Partial<pwp.PeerExtensions>} extensions
   */
  #onHandshake(infoHash, peerId, extensions) {
    const { wire } = this;
    const client = clientOf(peerId);
    const isRight = infoHash.equals(this.#options.infoHash.subarray(0, 20));
    this.#findings.handshake = {
      after: this.#now(),
      infoHash: Buffer.from(infoHash),
      isRight,
      peerId: Buffer.from(peerId),
      client,
      extensions,
    };
    this.#tell('handshake', {
      infoHash: infoHash.toString('hex'),
      peerId: peerId.toString('hex'),
      client: client && `${client.name} ${client.version}`,
      extensions,
    });
    // The first word after a handshake (BEP 6).
    if (wire.hasFast) wire.haveNone();
    if (this.#options.download > 0) {
      wire.interested();
      this.#findings.state.weInterested = true;
    }
    if (!extensions.extended) this.download.start(null);
    else
      this.#after(EXTENSIONS_PATIENCE, () => this.#onNoMetadata('no extension handshake has come'));
  }

  /** @param {any} said */
  #onExtended(said) {
    this.#findings.extended = said;
    this.#findings.extensions = this.wire.peerExtendedMapping;
    this.#tell('extended', { said });
    if (!this.wire.peerExtendedMapping.ut_metadata) {
      this.#onNoMetadata('the peer does not speak ut_metadata');
    }
  }

  /** @param {import('./metadata.js').Metadata} metadata */
  #onMetadata(metadata) {
    const findings = this.#findings;
    if (metadata.info === null) return this.#onNoMetadata('it cannot be read');
    findings.metadata = metadata;
    findings.pieceCount = metadata.info.pieceCount;
    this.wire.pieceCount = metadata.info.pieceCount;
    this.#tell('metadata', { ...metadata });
    this.download.start(metadata.info);
  }

  /** @param {string} reason */
  #onNoMetadata(reason) {
    const { metadata } = this.#findings;
    if (metadata !== null || this.#findings.closed !== null) return;
    this.#findings.metadata = { reason };
    this.#tell('no-metadata', { reason });
    this.download.start(null);
  }

  #onDownloaded() {
    const { bytes, speed, lastAt, startedAt } = this.download;
    const milliseconds = Math.max(0, lastAt - (startedAt ?? lastAt));
    this.#tell('download', { bytes, milliseconds: round(milliseconds), speed: Math.round(speed) });
  }

  #onClose() {
    for (const timer of this.#timers) clearTimeout(timer);
    const { closeReason } = this.wire;
    const after = this.#now();
    const code = closeReason?.code ?? null;
    const message = closeReason?.message ?? 'the peer has hung up';
    const by = this.#findings.connected === null ? 'network' : 'peer';
    this.#findings.closed = this.#isLeaving
      ? { by: 'us', after, code: null, message: 'we left' }
      : { by, after, code, message };
    // What was sent last may wait for a peer that does not read.
    this.wire.unref();
    this.#tell('close', {
      by: this.#findings.closed.by,
      code,
      message: this.#findings.closed.message,
    });
  }
}

module.exports = Attempt;
