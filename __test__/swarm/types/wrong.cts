// What has to be refused: each line is an error, or the compiler says that it is none.

import Swarm = require('peer-wire-protocol-native/swarm');

const infoHash = Buffer.alloc(20);
const peerId = '-XX0001-abcdefghijkl';
const swarm = Swarm(infoHash, peerId);

// @ts-expect-error no peer id
Swarm(infoHash);
// @ts-expect-error no hash
Swarm(5, peerId);
// @ts-expect-error a number
Swarm(infoHash, peerId, { size: 'many' });
// @ts-expect-error no such option
Swarm(infoHash, peerId, { sise: 5 });
// @ts-expect-error the swarm looks torrents up itself
Swarm(infoHash, peerId, { infoHashes: [] });
// @ts-expect-error no such encryption
Swarm(infoHash, peerId, { encryption: 'maybe' });
// @ts-expect-error an address is a string
swarm.add({ host: '127.0.0.1', port: 6881 });
// @ts-expect-error neither an address nor a wire
swarm.remove(5);
// @ts-expect-error a level is a number
swarm.priority('127.0.0.1:6881', 'high');
// @ts-expect-error a port
swarm.listen({ port: 5 });
// @ts-expect-error only read
swarm.queued = 5;
// @ts-expect-error the same array for life
swarm.wires = [];
// @ts-expect-error a number or null
swarm.pieceCount = '5';
// @ts-expect-error a wire, not a number
swarm.on('wire', (wire: number) => wire);
// @ts-expect-error without arguments
swarm.emit('listening', 5);
// @ts-expect-error bytes
swarm.emit('download', 'five');
