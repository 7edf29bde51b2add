'use strict';

// Several copies of the package in a process: of one addon and of several, under the names that npm gives.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const blocks = require('./blocks.cjs');
const { check, when } = require('./checks.cjs');

const COUNT = 200;
const NAME = 'peer-wire-protocol-native';
const INSTALLED = path.dirname(require.resolve(NAME));

/**
 * Installs the package once more.
 * @param {string} name of its folder
 * @param {string | null} addon where its addon is: null for in a file of its own
 * @returns {any} what it exports
 */
function installCopy(name, addon) {
  const folder = path.join(__dirname, 'node_modules', name);
  fs.cpSync(INSTALLED, folder, { recursive: true });
  if (addon !== null) process.env.PEER_WIRE_PROTOCOL_ADDON = addon;
  const copy = require(name);
  delete process.env.PEER_WIRE_PROTOCOL_ADDON;
  return copy;
}

/** Piped wires, and sockets of their own. @param {any} dialling @param {any} listening */
async function talk(dialling, listening) {
  const serve = (wire) => {
    wire.on('handshake', (infoHash) => {
      wire.handshake(infoHash, blocks.PEER_ID);
      wire.unchoke();
    });
    blocks.seed(wire);
  };
  const take = async (wire) => {
    const unchoked = when(wire, 'unchoke');
    wire.handshake(blocks.INFO_HASH, blocks.PEER_ID);
    await unchoked;
    assert.equal(await blocks.download(wire, COUNT), blocks.digestOf(COUNT));
    wire.destroy();
  };
  const [near, far] = [dialling(), listening()];
  serve(far);
  near.pipe(far).pipe(near);
  const server = listening.createServer(serve);
  server.listen(0, '127.0.0.1');
  await when(server, 'listening');
  const wire = dialling.connect({ host: '127.0.0.1', port: server.address().port });
  await Promise.all([take(near), take(wire)]);
  server.close();
}

/** @param {any[]} all of them at once, each with each */
async function talkAll(all) {
  assert.equal(new Set(all).size, all.length);
  await Promise.all(all.flatMap((one) => all.map((other) => talk(one, other))));
}

async function main() {
  const first = require(NAME);
  const addon = Object.keys(require.cache).find((file) => file.endsWith('.node'));
  await check('each with an addon of its own', async () => {
    await talkAll([first, installCopy('with-its-own', null)]);
  });
  await check('with one addon', async () => {
    await talkAll([first, installCopy('an-alias', addon), installCopy('another', addon)]);
  });
  await check('loaded once more', async () => {
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(INSTALLED) && file.endsWith('.js')) delete require.cache[file];
    }
    await talkAll([first, require(NAME)]);
  });
}

main();
