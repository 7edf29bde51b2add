'use strict';

// Two swarms that find each other, and a third that asks for what nobody has.

const assert = require('node:assert/strict');
const Swarm = require('peer-wire-protocol-native/swarm');
const blocks = require('./blocks.cjs');
const { check, when } = require('./checks.cjs');

const COUNT = 64;

async function main() {
  for (const encryption of /** @type {const} */ (['off', 'prefer'])) {
    await check(`a swarm downloads from another, encryption: ${encryption}`, async () => {
      const seeding = Swarm(blocks.INFO_HASH, '-XX0001-seeding-----', { encryption });
      seeding.on('wire', (wire) => {
        wire.unchoke();
        blocks.seed(wire);
      });
      const listening = when(seeding, 'listening');
      seeding.listen(0);
      await listening;
      const leeching = Swarm(blocks.INFO_HASH, '-XX0001-leeching----', { encryption });
      const given = when(leeching, 'wire');
      leeching.add(`127.0.0.1:${seeding.port}`);
      const [wire] = await given;
      if (wire.peerChoking) await when(wire, 'unchoke');
      assert.equal(wire.encrypted, encryption === 'off' ? false : 'rc4');
      assert.equal(await blocks.download(wire, COUNT), blocks.digestOf(COUNT));
      assert.equal(leeching.downloaded, COUNT * blocks.BLOCK);
      assert.equal(seeding.uploaded, COUNT * blocks.BLOCK);
      const closed = [when(seeding, 'close'), when(leeching, 'close')];
      leeching.destroy();
      seeding.destroy();
      await Promise.all(closed);
    });
  }
}

main();
