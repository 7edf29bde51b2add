'use strict';

/**
 * What is known of a peer. `after` is in milliseconds from when it was dialled.
 * @typedef {object} Findings
 * @property {number} startedAt on the clock of `performance`
 * @property {string} address as it was given
 * @property {'off' | 'prefer' | 'require'} dialled how it was dialled last
 * @property {boolean} isRedialled whether that was the second time, in the clear
 * @property {{ address: string, after: number } | null} connected
 * @property {false | 'plain' | 'rc4' | null} encryption null while it is not settled
 * @property {Handshake | null} handshake
 * @property {Record<string, any> | null} extended its extension handshake, the last one
 * @property {Record<string, number>} extensions ids by names
 * @property {import('./metadata.js').Metadata | { reason: string } | null} metadata
 * @property {number | null} pieceCount
 * @property {number | null} bitfield its length in bytes
 * @property {'all' | 'none' | null} have what it said with the Fast extension
 * @property {Set<number>} allowedFast
 * @property {number} suggested
 * @property {number | null} dhtPort
 * @property {{ choking: boolean, interested: boolean, weInterested: boolean }} state
 * @property {Map<string, number>} messages how many of each kind have come
 * @property {import('./download.js') | null} download
 * @property {import('../../../index.js').Wire | null} wire
 * @property {Closed | null} closed
 */

/**
 * @typedef {object} Handshake
 * @property {number} after
 * @property {Buffer} infoHash
 * @property {boolean} isRight whether that is the one that was asked for
 * @property {Buffer} peerId
 * @property {{ name: string, version: string } | null} client
 * @property {Partial<import('../../../index.js').PeerExtensions>} extensions
 */

/**
 * How it ended: by the network where the connection never stood.
 * @typedef {{ by: 'us' | 'peer' | 'network', after: number, code: string | null, message: string }} Closed
 */

/**
 * @param {string} address
 * @param {number | null} pieceCount
 * @returns {Findings}
 */
function nothing(address, pieceCount) {
  return {
    startedAt: performance.now(),
    address,
    dialled: 'off',
    isRedialled: false,
    connected: null,
    encryption: null,
    handshake: null,
    extended: null,
    extensions: {},
    metadata: null,
    pieceCount,
    bitfield: null,
    have: null,
    allowedFast: new Set(),
    suggested: 0,
    dhtPort: null,
    state: { choking: true, interested: false, weInterested: false },
    messages: new Map(),
    download: null,
    wire: null,
    closed: null,
  };
}

/** Most pieces of the allowed-fast set that are kept: it is ten, as a rule. */
const MOST_ALLOWED = 1000;

/**
 * @param {Findings} findings
 * @param {string} event a message has come
 */
function count({ messages }, event) {
  messages.set(event, (messages.get(event) ?? 0) + 1);
}

/**
 * What follows from a message that is its name and numbers alone.
 * @param {Findings} findings
 * @param {string} event
 * @param {number[]} values
 */
function learn(findings, event, [value]) {
  const { state, allowedFast } = findings;
  count(findings, event);
  if (event === 'choke' || event === 'unchoke') state.choking = event === 'choke';
  else if (event === 'interested' || event === 'uninterested') {
    state.interested = event === 'interested';
  } else if (event === 'have-all') findings.have = 'all';
  else if (event === 'have-none') findings.have = 'none';
  else if (event === 'suggest') findings.suggested++;
  else if (event === 'port') findings.dhtPort = value;
  else if (event === 'allowed-fast' && allowedFast.size < MOST_ALLOWED) allowedFast.add(value);
}

/**
 * @param {Findings} findings
 * @returns {number | null} of how many pieces there is a picture
 */
function picturedPieces({ pieceCount, bitfield, wire }) {
  if (pieceCount !== null) return pieceCount;
  if (bitfield !== null) return 8 * bitfield;
  const count = wire?.peerPieces.length ?? 0;
  return count === 0 ? null : count;
}

/**
 * How many pieces the peer has, in each of so many parts of the torrent.
 * @param {Findings} findings
 * @param {number} parts
 * @returns {{ have: number, count: number | null, shares: number[] }} shares of each part, from 0 to 1
 */
function piecesOf(findings, parts) {
  const count = picturedPieces(findings);
  const { wire, have: said } = findings;
  if (said === 'all' && wire?.peerHaveAll) {
    return { have: count ?? 0, count, shares: count === null ? [] : [1] };
  }
  if (count === null || wire === null) return { have: 0, count, shares: [] };
  const cells = Math.min(parts, count);
  const shares = new Array(cells).fill(0);
  const { peerPieces } = wire;
  const known = Math.min(peerPieces.length, count);
  let have = 0;
  for (let piece = 0; piece < known; piece++) {
    if (!peerPieces[piece]) continue;
    have++;
    shares[Math.floor((piece * cells) / count)]++;
  }
  for (let cell = 0; cell < cells; cell++) {
    const first = Math.ceil((cell * count) / cells);
    const next = Math.ceil(((cell + 1) * count) / cells);
    shares[cell] /= next - first;
  }
  return { have, count, shares };
}

module.exports = { count, learn, nothing, piecesOf };
