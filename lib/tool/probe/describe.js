'use strict';

const { addressOf } = require('../address.js');
const { counted, duration, safe, safeText, size } = require('../text.js');

/** Most names of extensions in a line, and how much of one. */
const MOST_NAMES = 12;
const LONGEST_NAME = 24;

/** @typedef {import('./findings.js').Findings} Findings */

/**
 * @param {Partial<import('../../../index.js').PeerExtensions>} extensions
 * @returns {string} what the reserved bits of a handshake announce (BEP 4)
 */
function announced({ dht, fast, extended, v2 }) {
  const names = [];
  if (dht) names.push('DHT');
  if (fast) names.push('Fast');
  if (extended) names.push('extension protocol');
  if (v2) names.push('v2');
  return names.join(', ') || 'nothing';
}

/**
 * @param {import('./findings.js').Handshake} handshake
 * @returns {string}
 */
function clientText({ client, peerId }) {
  const id = safe(peerId.toString('latin1'));
  return client === null ? `unknown: ${id}` : `${client.name} ${client.version}  ${id}`;
}

/**
 * @param {Record<string, any>} said an extension handshake (BEP 10)
 * @returns {string} what it says but for the extensions
 */
function saidText(said) {
  const parts = [];
  if (said.v !== undefined) parts.push(safeText(said.v, 60));
  if (said.reqq !== undefined) parts.push(`reqq ${said.reqq}`);
  if (said.p !== undefined) parts.push(`port ${said.p}`);
  for (const key of ['yourip', 'ipv4', 'ipv6']) {
    if (said[key] !== undefined) parts.push(`${key} ${addressOf(said[key])}`);
  }
  if (said.metadata_size !== undefined) parts.push(`metadata ${size(said.metadata_size)}`);
  if (said.upload_only) parts.push('upload only');
  if (said.e === 1) parts.push('prefers encryption');
  return parts.join(', ') || 'nothing';
}

/**
 * @param {Record<string, number>} mapping ids of extensions by name
 * @returns {string}
 */
function mappingText(mapping) {
  const entries = Object.entries(mapping);
  const shown = entries.slice(0, MOST_NAMES).map(([key, id]) => `${safe(key, LONGEST_NAME)} ${id}`);
  if (entries.length > MOST_NAMES) shown.push(`and ${entries.length - MOST_NAMES} more`);
  return shown.join(', ') || 'none';
}

/**
 * @param {NonNullable<Findings['metadata']>} metadata
 * @returns {string}
 */
function torrentText(metadata) {
  if ('reason' in metadata) return `no metadata: ${metadata.reason}`;
  const { info } = metadata;
  if (info === null) return '';
  const pieces = `${counted(info.pieceCount, 'piece')} of ${size(info.pieceLength)}`;
  const files = info.files === 1 ? '' : `, ${counted(info.files, 'file')}`;
  return `${safeText(info.name, 60)}, ${size(info.size)}, ${pieces}${files}`;
}

/** @param {Findings} findings */
function encryptionText({ encryption, dialled, isRedialled }) {
  if (encryption === 'rc4') return 'RC4';
  if (encryption === 'plain') return 'plain: begun encrypted, goes on in the clear';
  if (isRedialled) return 'none: the peer does not speak it, dialled again in the clear';
  if (encryption === null) return 'not settled';
  return dialled === 'off' ? 'none asked for' : 'none';
}

/** @param {Findings} findings */
function stateText({ state, closed }) {
  const verb = closed === null ? 'chokes' : 'choked';
  const is = closed === null ? 'is' : 'was';
  const choking = state.choking ? `${verb} us` : closed === null ? 'lets us ask' : 'let us ask';
  const theirs = state.interested ? `${is} interested` : `${is} not interested`;
  return `it ${choking}, ${theirs}${state.weInterested ? '; we are interested' : ''}`;
}

/**
 * @param {Findings} findings
 * @returns {string}
 */
function speedText({ download, state, wire }) {
  if (download === null || wire === null) return '';
  if (download.bytes === 0)
    return state.choking ? 'it lets us ask for nothing' : 'no block has come';
  const time = duration(download.lastAt - (download.startedAt ?? download.lastAt));
  return `${size(download.speed)}/s, ${size(download.bytes)} in ${time}`;
}

/** @param {import('./findings.js').Closed} closed */
function closedText({ by, code, message, after }) {
  if (by === 'us') return `by us, after ${duration(after)}`;
  const why = `after ${duration(after)}: ${safe(message, 200)}${code ? ` (${safe(code)})` : ''}`;
  return by === 'network' ? `never open, ${why}` : `by the peer, ${why}`;
}

/**
 * What an event is in one line.
 * @type {Record<string, (data: Record<string, any>, findings: Findings) => string>}
 */
const EVENTS = {
  dial: ({ address, encryption }) => `dials ${address}, encryption ${encryption}`,
  connect: ({ address }) => `connected to ${address}`,
  encryption: ({ method }) => `encryption ${method}`,
  handshake: (_, { handshake }) => {
    if (handshake === null) return 'handshake';
    const wrong = handshake.isRight ? '' : `, info hash ${handshake.infoHash.toString('hex')}`;
    return `handshake ${clientText(handshake)}${wrong}, ${announced(handshake.extensions)}`;
  },
  extended: ({ said }, { extensions }) =>
    `extension handshake: ${saidText(said)}; extensions: ${mappingText(extensions)}`,
  metadata: (_, { metadata }) => `metadata: ${metadata && torrentText(metadata)}`,
  'no-metadata': ({ reason }) => `no metadata: ${reason}`,
  bitfield: ({ bytes }) => `bitfield of ${counted(bytes, 'byte')}`,
  download: (_, findings) => `downloaded ${speedText(findings)}`,
  close: (_, { closed }) => `closed ${closed && closedText(closed)}`,
};

/**
 * @param {string} event
 * @param {Record<string, any>} data
 * @param {Findings} findings
 * @returns {string}
 */
function describe(event, data, findings) {
  const known = EVENTS[event];
  if (known !== undefined) return known(data, findings);
  return [event, ...Object.values(data)].join(' ');
}

module.exports = {
  announced,
  clientText,
  closedText,
  describe,
  encryptionText,
  mappingText,
  saidText,
  speedText,
  stateText,
  torrentText,
};
