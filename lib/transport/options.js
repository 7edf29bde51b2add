'use strict';

const { isIP } = require('node:net');
const { invalidType } = require('../errors.js');
const { MOST_MILLISECONDS } = require('../options.js');
const { boolean, integer } = require('../validate.js');

/**
 * Checks what of the options is about the socket.
 * @param {any} options
 */
function parseDial(options) {
  if (typeof options !== 'object' || options === null) {
    throw invalidType('options', 'an object', options);
  }
  const {
    port,
    host = 'localhost',
    localAddress = null,
    connectTimeout = 0,
    noDelay = true,
    signal = null,
  } = options;
  integer(port, 'options.port', 1, 65535);
  if (typeof host !== 'string' || host === '') {
    throw invalidType('options.host', 'a name or an address', host);
  }
  // With a scope it would be an address and a network, which the addon does not know to tell apart.
  if (localAddress !== null && (isIP(localAddress) === 0 || localAddress.includes('%'))) {
    throw invalidType('options.localAddress', 'an address', localAddress);
  }
  integer(connectTimeout, 'options.connectTimeout', 0, MOST_MILLISECONDS);
  boolean(noDelay, 'options.noDelay');
  if (signal !== null && typeof signal.addEventListener !== 'function') {
    throw invalidType('options.signal', 'an AbortSignal', signal);
  }
  return { port, host: bare(host), localAddress, connectTimeout, noDelay, signal };
}

/**
 * @param {string} host
 * @returns {string} an IPv6 address without its brackets
 */
function bare(host) {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** What Node's servers have. */
const BACKLOG = 511;

/**
 * Arguments of `listen`, in any of its forms.
 * @param {any[]} args
 */
function parseListen(args) {
  const rest = args.slice();
  const callback = typeof rest.at(-1) === 'function' ? rest.pop() : null;
  const isObject = typeof rest[0] === 'object' && rest[0] !== null;
  const named = isObject ? rest[0] : {};
  const [port = 0, second, third] = isObject ? [named.port] : rest;
  const host = isObject ? named.host : typeof second === 'string' ? second : undefined;
  const backlog = isObject ? named.backlog : typeof second === 'number' ? second : third;
  // Node takes the digits of a number too.
  const number = typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : (port ?? 0);
  integer(number, 'port', 0, 65535);
  if (host !== undefined && host !== null && typeof host !== 'string') {
    throw invalidType('host', 'a name or an address', host);
  }
  const waiting = backlog ?? BACKLOG;
  integer(waiting, 'backlog', 0, 2 ** 31 - 1);
  const { signal = null } = named;
  if (signal !== null && typeof signal.addEventListener !== 'function') {
    throw invalidType('signal', 'an AbortSignal', signal);
  }
  return { port: number, host: host ? bare(host) : null, backlog: waiting, signal, callback };
}

module.exports = { parseDial, parseListen };
