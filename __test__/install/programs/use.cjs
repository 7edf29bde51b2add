'use strict';

// With require: what was loaded, and whether it works.

const pwp = require('peer-wire-protocol-native');
const { exchange } = require('./exchange.cjs');

exchange(pwp).then((answer) => {
  const { name, version } = require('peer-wire-protocol-native/package.json');
  const entry = require.resolve('peer-wire-protocol-native');
  const addon = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
  process.stdout.write(JSON.stringify({ name, version, entry, addon, ...answer }));
});
