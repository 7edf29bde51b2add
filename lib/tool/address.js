'use strict';

/**
 * @param {Uint8Array} bytes 4 of IPv4, or 16 of IPv6
 * @returns {string} the address as text
 */
function addressOf(bytes) {
  if (bytes.length === 4) return bytes.join('.');
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] << 8) | bytes[i + 1]).toString(16));
  // A URL has its addresses in the shortest form.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

module.exports = { addressOf };
