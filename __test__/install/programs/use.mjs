// With import: what was loaded, and whether it works.

import { createRequire } from 'node:module';
import pwp, { Wire } from 'peer-wire-protocol-native';
import { exchange } from './exchange.cjs';

if (Wire !== pwp) throw new Error('Wire is another than the default export');
const answer = await exchange(pwp);
const require = createRequire(import.meta.url);
const { name, version } = require('peer-wire-protocol-native/package.json');
const entry = require.resolve('peer-wire-protocol-native');
const addon = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
process.stdout.write(JSON.stringify({ name, version, entry, addon, ...answer }));
