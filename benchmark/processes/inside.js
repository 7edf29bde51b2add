'use strict';

// The other side of counterpart.js.

/** @type {any} */
const settings = JSON.parse(process.argv[2]);

process.once('disconnect', () => process.exit(0));

/**
 * @param {string} event
 * @param {object} [fields]
 */
function tell(event, fields) {
  process.send?.({ event, ...fields });
}

module.exports = { settings, tell };
