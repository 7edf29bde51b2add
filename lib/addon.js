'use strict';

/** The addon, with types for its hot functions too, which are used from hot.js. */

const native = require('./native.js');

module.exports = /** @type {typeof native & import('./hot.js').Hot} */ (native);
