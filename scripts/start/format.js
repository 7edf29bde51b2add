'use strict';

// Decimal units throughout, as in "CPU seconds per GB".
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** @param {number} count */
function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** @param {number} seconds */
function duration(seconds) {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * The one line at the end.
 * @param {object} result
 * @param {number} result.length bytes of the file
 * @param {number} result.downloaded bytes of blocks received since the first one
 * @param {number} result.seconds since the first block
 * @param {number} result.cpuSeconds of the leecher since the first block
 * @param {string} result.sha1 of what came out of the HTTP server
 * @param {string | null} result.expected SHA-1, if it is known
 * @param {string} result.wire
 */
function resultLine({ length, downloaded, seconds, cpuSeconds, sha1, expected, wire }) {
  const verdict =
    expected === null
      ? 'every piece verified'
      : sha1 === expected
        ? 'matches'
        : `DOES NOT MATCH ${expected}`;
  // Per GB received: of one's own torrent a part may have been there, or more than the file.
  const perGB = downloaded > 0 ? (cpuSeconds / (downloaded / 1e9)).toFixed(2) : '?';
  return [
    `${bytes(length)} in ${seconds.toFixed(1)} s (${bytes(length / seconds)}/s)`,
    `${perGB} CPU s/GB (leecher, user + system, first block to last byte served)`,
    `SHA-1 ${sha1} ${verdict}`,
    `wire: ${wire}`,
  ].join(' | ');
}

module.exports = { bytes, duration, resultLine };
