'use strict';

// Messages from which the library of published extensions never comes back: a process of its own each,
// which must end.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const bytes = require('../hostile/helpers/bytes.js');

/** What a peer sends to an extension with id 1, in latin1. */
const MESSAGES = {
  'a list with a string of negative length': 'l-3:',
  'the same in a dictionary': 'd1:al-3:ee',
  // Twelve bytes; as text, four of them have become three each.
  'the same behind what is no text': `d1:a12:${'\xff'.repeat(4)}1:bl-3:xee`,
  'peers that are an object of a length': 'd5:addedd6:lengthi1000000000eee',
  nothing: '',
  'no bencoding': '\x00\xff}{',
};

const PROGRAM = `
  const pwp = require(process.argv[1]);
  const bytes = require(process.argv[2]);
  const [name, message] = process.argv.slice(3);
  const payload = Buffer.from(message, 'base64');
  import(name).then(({ default: make }) => {
    const wire = pwp();
    wire.use(make());
    wire.handshake(Buffer.alloc(20), Buffer.alloc(20));
    wire.write(bytes.handshake());
    let events = 0;
    wire.on('extended', () => events++);
    wire.write(bytes.extended(1, payload));
    process.stdout.write(events + ' ' + wire.closeReason);
    wire[name].stop?.();
    wire.destroy();
  });
`;

for (const name of ['ut_metadata', 'ut_pex']) {
  for (const [what, message] of Object.entries(MESSAGES)) {
    test(`${name} gets ${what}`, () => {
      const files = ['index.js', '__test__/hostile/helpers/bytes.js'].map((file) =>
        path.join(__dirname, '../..', file),
      );
      const { status, stdout, stderr, signal } = spawnSync(
        process.execPath,
        [
          '--max-old-space-size=128',
          '-e',
          PROGRAM,
          ...files,
          name,
          Buffer.from(message, 'latin1').toString('base64'),
        ],
        { encoding: 'utf8', timeout: 10_000, cwd: path.join(__dirname, '../..') },
      );
      assert.deepEqual([status, signal, stderr], [0, null, '']);
      assert.equal(stdout, '1 null');
    });
  }
}

test('ut_metadata is taken away while it checks what has come, and asks again', async () => {
  const pwp = require('../../index.js');
  const { default: utMetadata } = await import('ut_metadata');
  const wire = /** @type {any} */ (pwp());
  wire.use(utMetadata());
  wire.resume();
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.ut_metadata.fetch();
  const says = (/** @type {string} */ said) => bytes.extended(0, Buffer.from(said));
  const wrong = Buffer.concat([Buffer.from('d8:msg_typei1e5:piecei0ee'), Buffer.alloc(100)]);
  wire.write(
    Buffer.concat([
      bytes.handshake(),
      says('d1:md11:ut_metadatai3ee13:metadata_sizei100ee'),
      bytes.extended(1, wrong),
      says('d1:md11:ut_metadatai0eee'),
    ]),
  );
  // The hash takes its time. A rejection that nobody handles would fail this test.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(wire.closeReason, null);
  assert.throws(() => wire.extended('ut_pex', {}), { code: 'ERR_PWP_UNKNOWN_EXTENSION' });
});
