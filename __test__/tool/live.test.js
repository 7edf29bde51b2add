'use strict';

// The picture in a terminal, which is drawn again in place.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const Output = require('../../lib/tool/output.js');
const { probe } = require('../../lib/tool/probe/index.js');
const { Kept } = require('./helpers/lines.js');
const { INFO_HASH, seed } = require('./helpers/seeder.js');

/**
 * @param {number} port
 * @param {{ hasColors: boolean }} terminal
 */
async function show(port, { hasColors }) {
  const kept = new Kept();
  const stream = Object.assign(kept, {
    isTTY: true,
    columns: 60,
    rows: 24,
    hasColors: () => hasColors,
  });
  const options = {
    host: '127.0.0.1',
    port,
    infoHash: INFO_HASH,
    encryption: /** @type {const} */ ('off'),
    timeout: 10_000,
    stay: 500,
    download: 65_536,
    pieceCount: null,
    json: false,
  };
  const code = await probe(options, new Output(/** @type {any} */ (stream)));
  // Where it can be seen, and may stand in a pattern.
  return { code, text: kept.text.replaceAll('\x1b', '␛') };
}

test('a terminal', async (t) => {
  const port = await seed(t);
  const { code, text } = await show(port, { hasColors: false });
  assert.equal(code, 0);
  // Drawn more than once, in place: each time from where it has begun.
  const pictures = text.split(/␛\[\d+A\r/);
  assert.ok(pictures.length >= 2);
  const heights = [...text.matchAll(/␛\[(\d+)A/g)].map(([, height]) => Number(height));
  for (const [i, height] of heights.entries())
    assert.equal(pictures[i].split('\n').length - 1, height);
  // The cursor is hidden and lines are cut for as long as that lasts.
  assert.ok(text.startsWith('␛[?25l␛[?7l'));
  assert.ok(text.endsWith('␛[?25h'));
  const last = /** @type {string} */ (pictures.at(-1));
  assert.ok(last.includes('␛[?7h'));
  assert.match(last, /^ {12}█{47}$/m);
  assert.match(last, /^closed {6}by us/m);
  assert.doesNotMatch(
    text.replaceAll(/␛\[\??\d*[AhlJK]/g, '').replaceAll(/[\r\n]/g, ''),
    /\p{Cc}/u,
  );

  const colored = await show(port, { hasColors: true });
  assert.match(colored.text, /␛\[32m█+␛\[39m/);
});
