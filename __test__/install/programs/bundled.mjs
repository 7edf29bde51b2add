// To be bundled as a module.

import { createRequire } from 'node:module';
import pwp from 'peer-wire-protocol-native';
import { exchange } from './exchange.cjs';

const answer = await exchange(pwp);
const { cache } = createRequire(import.meta.url);
const addon = Object.keys(cache).filter((file) => file.endsWith('.node'));
process.stdout.write(JSON.stringify({ addon, ...answer }));
