'use strict';

const { parseArgs } = require('node:util');
const { parseAddress } = require('../swarm/address.js');
const { safe } = require('./text.js');
const { parseInfoHash } = require('./torrent.js');
const { UsageError } = require('./usage.js');

/** Most seconds, and MiB, that can be asked for. */
const MOST = 86_400;
const MOST_PIECES = 2 ** 31;

/**
 * @typedef {object} ProbeArguments
 * @property {string} host
 * @property {number} port
 * @property {Buffer} infoHash 20 bytes, or 32 of version 2
 * @property {'off' | 'prefer' | 'require'} encryption
 * @property {number} timeout milliseconds for the connection, and for the handshake
 * @property {number | null} stay milliseconds to stay, or null: until all is known
 * @property {number} download most bytes to ask for
 * @property {number | null} pieceCount
 * @property {boolean} json
 */

/** @typedef {{ file: string, json: boolean, payload: boolean }} DecodeArguments */

/**
 * @typedef {{ command: 'help' } | { command: 'version' } | ({ command: 'probe' } & ProbeArguments) |
 *   ({ command: 'decode' } & DecodeArguments) | { command: 'build', source?: string }} Arguments
 */

/** What all commands take, and what each does besides. */
const COMMON = /** @type {const} */ ({
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
});
const OPTIONS = /** @type {const} */ ({
  probe: {
    ...COMMON,
    download: { type: 'string' },
    encryption: { type: 'string' },
    json: { type: 'boolean' },
    'no-download': { type: 'boolean' },
    pieces: { type: 'string' },
    seconds: { type: 'string' },
    timeout: { type: 'string' },
  },
  decode: { ...COMMON, json: { type: 'boolean' }, payload: { type: 'boolean' } },
  build: { ...COMMON, source: { type: 'string' } },
});

/**
 * @param {string[]} args
 * @returns {Arguments}
 * @throws {UsageError}
 */
function parseArguments([first = '--help', ...rest]) {
  if (['--help', '-h', 'help'].includes(first)) return { command: 'help' };
  if (first === '--version') return { command: 'version' };
  if (!Object.hasOwn(OPTIONS, first)) throw new UsageError(`no such command: ${safe(first)}`);
  const command = /** @type {keyof typeof OPTIONS} */ (first);
  const { values, positionals } = read(rest, OPTIONS[command]);
  if (values.help) return { command: 'help' };
  if (values.version) return { command: 'version' };
  if (command === 'probe') return { command, ...probeOf(values, positionals) };
  if (command === 'decode') return { command, ...decodeOf(values, positionals) };
  expect(positionals, []);
  return { command, source: values.source };
}

/**
 * @param {string[]} args
 * @param {NonNullable<import('node:util').ParseArgsConfig['options']>} options
 * @returns {{ values: Record<string, any>, positionals: string[] }}
 */
function read(args, options) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Node explains at length how to pass such a value on; its first sentence names the mistake.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw new UsageError(safe(sentence));
  }
}

/**
 * @param {string[]} positionals
 * @param {string[]} names of those there have to be
 */
function expect(positionals, names) {
  if (positionals.length < names.length) {
    throw new UsageError(`${names[positionals.length]} is missing`);
  }
  if (positionals.length > names.length) {
    throw new UsageError(`too many arguments: ${safe(positionals[names.length])}`);
  }
}

/**
 * @param {Record<string, any>} values
 * @param {string[]} positionals
 * @returns {ProbeArguments}
 */
function probeOf(values, positionals) {
  expect(positionals, ['HOST:PORT', 'INFOHASH']);
  const [address, torrent] = positionals;
  const peer = parseAddress(address);
  if (peer === null) {
    throw new UsageError(`no address, HOST:PORT or [IPV6]:PORT, is ${safe(address)}`);
  }
  const infoHash = parseInfoHash(torrent);
  if (infoHash === null) {
    throw new UsageError(`no info hash, of 40 or 64 digits, nor magnet link is ${safe(torrent)}`);
  }
  const encryption = values.encryption ?? 'prefer';
  if (!['off', 'prefer', 'require'].includes(encryption)) {
    throw new UsageError(`--encryption is off, prefer or require, not ${safe(encryption)}`);
  }
  if (values['no-download'] && values.download !== undefined) {
    throw new UsageError('--download or --no-download, not both');
  }
  const stay = number(values, 'seconds', null, 0, MOST);
  const download = values['no-download'] ? 0 : number(values, 'download', 4, 0, MOST);
  return {
    ...peer,
    infoHash,
    encryption,
    timeout: 1000 * /** @type {number} */ (number(values, 'timeout', 10, 0.001, MOST)),
    stay: stay === null ? null : 1000 * stay,
    download: Math.floor(/** @type {number} */ (download) * 1024 * 1024),
    pieceCount: number(values, 'pieces', null, 1, MOST_PIECES, true),
    json: values.json === true,
  };
}

/**
 * @param {Record<string, any>} values
 * @param {string[]} positionals
 * @returns {DecodeArguments}
 */
function decodeOf({ json, payload }, positionals) {
  expect(positionals, ['FILE']);
  return { file: positionals[0], json: json === true, payload: payload === true };
}

/**
 * @param {Record<string, any>} values
 * @param {string} name
 * @param {number | null} missing what it is if it was not given
 * @param {number} least
 * @param {number} most
 * @param {boolean} [isWhole]
 */
function number(values, name, missing, least, most, isWhole = false) {
  const text = values[name];
  if (text === undefined) return missing;
  const value = Number(text);
  const isNumber = (isWhole ? /^\d+$/ : /^(\d+\.?\d*|\.\d+)$/).test(text);
  if (!isNumber || value < least || value > most) {
    throw new UsageError(`--${name} is a number from ${least} to ${most}, not ${safe(text)}`);
  }
  return value;
}

module.exports = { parseArguments };
