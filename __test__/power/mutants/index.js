'use strict';

const MUTANTS = [
  ...require('./conversation.js'),
  ...require('./requests.js'),
  ...require('./bytes.js'),
  ...require('./wire.js'),
  ...require('./order.js'),
  ...require('./values.js'),
  ...require('./agreed.js'),
  ...require('./encryption.js'),
];

module.exports = { MUTANTS };
