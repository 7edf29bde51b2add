// What a program says that a bundler or a compiler makes CommonJS of, or that stays a module.

import pwp from 'peer-wire-protocol-native';
import Swarm from 'peer-wire-protocol-native/swarm';

export const wire: pwp.Wire = pwp({ strict: true });
export const swarm: Swarm.Swarm = Swarm('aa'.repeat(20), Buffer.alloc(20));
// @ts-expect-error not a number
wire.have('3');
