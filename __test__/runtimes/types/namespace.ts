// What a program says without esModuleInterop.

import pwp = require('peer-wire-protocol-native');
import Swarm = require('peer-wire-protocol-native/swarm');

export const wire: pwp.Wire = pwp({ strict: true });
export const swarm: Swarm.Swarm = Swarm('aa'.repeat(20), Buffer.alloc(20));
// @ts-expect-error not a number
wire.have('3');
