// The same package, by import.

import Swarm from 'peer-wire-protocol-native/swarm';
import type { Events, Options, SwarmError } from 'peer-wire-protocol-native/swarm';

const options: Options = { size: 3, encryption: 'require' };
export const swarm: Swarm.Swarm = new Swarm('aa'.repeat(20), '-XX0001-abcdefghijkl', options);
export type Arguments = Events['wire'];
export const told = (error: SwarmError): string => error.code;
