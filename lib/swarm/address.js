'use strict';

const { isIPv4, isIPv6 } = require('node:net');

/** `host:port`, where an IPv6 address stands in brackets. */
const PATTERN = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/;

/** How IPv6 writes an address of IPv4, which is how a server for both sees such a peer. */
const MAPPED = '::ffff:';

/**
 * @param {string} address of a peer, as trackers and other peers tell it
 * @returns {{ host: string, port: number } | null} null for what is no address: what others tell is
 *   nobody's mistake here
 */
function parseAddress(address) {
  const [, bracketed, plain, digits] = PATTERN.exec(address) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65535)) return null;
  if (bracketed !== undefined && !isIPv6(bracketed)) return null;
  return { host: bracketed ?? /** @type {string} */ (plain), port };
}

/**
 * @param {string} host IPv4 or IPv6
 * @param {number} port
 * @returns {string} what {@link parseAddress} reads, the same however the peer has come
 */
function formatAddress(host, port) {
  const short = host.slice(MAPPED.length);
  if (host.toLowerCase().startsWith(MAPPED) && isIPv4(short)) return `${short}:${port}`;
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

module.exports = { formatAddress, parseAddress };
