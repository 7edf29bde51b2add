// What a program in CommonJS says, that takes a package with require.

import pwp = require('peer-wire-protocol-native');
import Swarm = require('peer-wire-protocol-native/swarm');

class Peer extends pwp {
  override choke() {
    super.choke();
  }
}
const wire: pwp.Wire = new Peer();
const named: pwp.Wire = pwp.Wire();
const dialled: pwp.SocketWire = pwp.connect({ port: 6881 });
const swarm: Swarm.Swarm = new Swarm('aa'.repeat(20), Buffer.alloc(20));
swarm.on('wire', (wire, connection) => wire.peerChoking && connection.destroy());

// @ts-expect-error not a number
wire.have('3');
export = { wire, named, dialled, swarm };
