'use strict';

// To be bundled: the addon is all that is left to be loaded from elsewhere.

const pwp = require('peer-wire-protocol-native');
const { exchange } = require('./exchange.cjs');

exchange(pwp).then((answer) => {
  const addon = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
  process.stdout.write(JSON.stringify({ addon, ...answer }));
});
