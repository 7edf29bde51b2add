'use strict';

const { addressOf } = require('../address.js');
const { jsonLine, plain } = require('../text.js');
const { piecesOf } = require('./findings.js');
const Throttle = require('./throttle.js');

/** @typedef {import('./findings.js').Findings} Findings */

const ADDRESSES = ['yourip', 'ipv4', 'ipv6'];
const NUMBERS = ['reqq', 'p', 'metadata_size', 'upload_only', 'e'];

/** @param {Record<string, any>} said an extension handshake */
function saidOf(said) {
  /** @type {Record<string, unknown>} */
  const told = {};
  if (said.v !== undefined) told.v = plain(said.v.subarray(0, 1000));
  for (const key of NUMBERS) if (typeof said[key] === 'number') told[key] = said[key];
  for (const key of ADDRESSES) if (said[key] !== undefined) told[key] = addressOf(said[key]);
  return told;
}

/** @param {NonNullable<Findings['metadata']>} metadata */
function torrentOf(metadata) {
  if ('reason' in metadata || metadata.info === null) return null;
  const { isEven: _, name, ...numbers } = metadata.info;
  return { name: plain(name), ...numbers, metadataSize: metadata.size };
}

/** @param {Findings} findings */
function summaryOf(findings) {
  const { handshake, extended, metadata, download, closed, wire } = findings;
  const { have, count } = piecesOf(findings, 1);
  return {
    address: findings.address,
    connected: findings.connected,
    encryption: findings.encryption || 'none',
    redialled: findings.isRedialled,
    handshake: handshake && {
      after: handshake.after,
      infoHash: handshake.infoHash.toString('hex'),
      isRight: handshake.isRight,
      peerId: handshake.peerId.toString('hex'),
      client: handshake.client,
      extensions: handshake.extensions,
    },
    extended: extended && saidOf(extended),
    extensions: findings.extensions,
    torrent: metadata && torrentOf(metadata),
    pieces: {
      have,
      count,
      isExact: findings.pieceCount !== null,
      haveAll: wire?.peerHaveAll === true,
    },
    allowedFast: [...findings.allowedFast],
    suggested: findings.suggested,
    dhtPort: findings.dhtPort,
    peerChoking: findings.state.choking,
    peerInterested: findings.state.interested,
    messages: Object.fromEntries(findings.messages),
    downloaded: download?.bytes ?? 0,
    speed: Math.round(download?.speed ?? 0),
    closed,
  };
}

/** An object a line for each event, and all that is known at the end. */
class Json {
  #output;
  #findings;
  #throttle;

  /**
   * @param {import('../output.js')} output
   * @param {Findings} findings
   */
  constructor(output, findings) {
    this.#output = output;
    this.#findings = findings;
    this.#throttle = new Throttle((event, more) => this.#write({ event, more }));
  }

  /** @param {object} object */
  #write(object) {
    this.#output.write(`${jsonLine(object)}\n`);
  }

  /**
   * @param {string} event
   * @param {Record<string, any>} data
   * @param {number} time in milliseconds
   */
  tell(event, data, time) {
    if (event === 'block' || !this.#throttle.admit(event)) return;
    if (event === 'extended') {
      data = { ...saidOf(data.said), extensions: this.#findings.extensions };
    } else if (event === 'metadata') {
      data = { ...torrentOf(/** @type {any} */ (data)) };
    }
    this.#write({ event, time, ...data });
  }

  close() {
    this.#throttle.close();
    this.#write({ event: 'summary', ...summaryOf(this.#findings) });
  }
}

module.exports = Json;
