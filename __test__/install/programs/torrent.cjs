'use strict';

// A small torrent from one engine to another, with what npm has put under them:
//   node torrent.cjs PROGRAM REPLACED TORRENT SEEDING LEECHING
// PROGRAM, torrent-stream or peerflix, downloads; REPLACED, peer-wire-protocol or peer-wire-swarm, is the
// package that was overridden. Tells what of ours was loaded, of which kind the wires were, and what came.

const { createHash } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const net = require('node:net');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');

process.noDeprecation = true; // they are of 2018

const [, , program, replaced, torrentFile, seeding, leeching] = process.argv;
const torrent = fs.readFileSync(torrentFile);

// Each as the package that asks for it finds it.
const start = require.resolve(program);
const torrentStreamFile =
  program === 'peerflix' ? createRequire(start).resolve('torrent-stream') : start;
const torrentStream = require(torrentStreamFile);
const swarmFile = createRequire(torrentStreamFile).resolve('peer-wire-swarm');
const isWire = replaced === 'peer-wire-protocol';
const askWire = isWire ? createRequire(swarmFile) : require;
const wireName = isWire ? 'peer-wire-protocol' : 'peer-wire-protocol-native';
const pwp = askWire(wireName);
const { name, version } = askWire(`${wireName}/package.json`);

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const alone = (folder) => ({
  dht: false,
  tracker: false,
  path: folder,
  tmp: path.join(folder, 'tmp'),
});

async function download(peer) {
  const hash = createHash('sha1');
  if (program === 'torrent-stream') {
    const engine = torrentStream(torrent, alone(leeching));
    const ready = once(engine, 'ready');
    engine.listen(await freePort());
    await ready;
    engine.connect(peer);
    await pipeline(engine.files[0].createReadStream(), hash);
    return { engine, sha1: hash.digest('hex') };
  }
  const options = { ...alone(leeching), hostname: '127.0.0.1', peerPort: await freePort() };
  const engine = require(start)(torrent, options);
  await once(engine.server, 'listening');
  engine.connect(peer);
  const response = await fetch(`http://127.0.0.1:${engine.server.address().port}/`);
  await pipeline(response.body, hash);
  return { engine, sha1: hash.digest('hex') };
}

async function main() {
  const seeder = torrentStream(torrent, alone(seeding));
  const ready = once(seeder, 'ready');
  const kinds = new Set();
  const kindOf = (wire) => {
    if (!(wire instanceof pwp)) return 'another';
    return wire instanceof pwp.SocketWire ? 'with a socket of its own' : 'piped';
  };
  seeder.on('wire', (wire) => {
    kinds.add(kindOf(wire));
    wire.on('interested', () => wire.unchoke()); // torrent-stream itself does so every ten seconds only
  });
  const port = await freePort();
  await new Promise((resolve) => seeder.listen(port, resolve));
  await ready;
  const { engine, sha1 } = await download(`127.0.0.1:${port}`);
  for (const wire of engine.swarm.wires) kinds.add(kindOf(wire));
  const addon = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
  const entry = askWire.resolve(wireName);
  const { downloaded } = engine.swarm;
  const found = { name, version, entry, addon, wires: [...kinds], sha1, downloaded };
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
}

main();
