'use strict';

// The picture of a terminal: at any time it shows what was on the screen then.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { draw } = require('../../scripts/recording/svg.js');

/** @param {string} text @param {number} [column] */
const run = (text, column = 0) => ({ column, text, colour: null, isBold: false, isDim: false });

const FRAMES = [
  { time: 100, rows: [[run('$ probe')], [], []] },
  { time: 300, rows: [[run('$ probe')], [run('speed'), run('<1>', 8)], []] },
  { time: 500, rows: [[run('$ probe')], [run('speed'), run('<2>', 8)], [run('██░')]] },
  { time: 900, rows: [[run('$ probe')], [run('speed'), run('<1>', 8)], []] },
];

/**
 * @param {string} svg
 * @param {number} share of the time, from 0 to 1; null where nothing moves
 * @returns {string[]} the texts that are seen
 */
function seen(svg, share) {
  const groups = [
    ...svg.matchAll(/<g(?: style="opacity:(\d);animation:(\w+) [^"]*")?>(.*?)<\/g>/g),
  ];
  return groups
    .filter(([, still, name]) => {
      if (name === undefined) return true;
      if (share === null) return still === '1';
      const [, steps] = /** @type {RegExpExecArray} */ (
        new RegExp(`@keyframes ${name}\\{(.*)\\}`).exec(svg)
      );
      const past = [...steps.matchAll(/([\d.]+)%\{opacity:(\d)\}/g)].filter(
        ([, at]) => Number(at) / 100 <= share,
      );
      return past.at(-1)?.[2] === '1';
    })
    .flatMap(([, , , content]) =>
      [...content.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text),
    );
}

test('frames as a picture', () => {
  const svg = draw(FRAMES, { columns: 20, title: 'a & b' });
  assert.match(svg, /<title>a &#38; b<\/title>/);
  const total = Number(/ (\d+)ms step-end/.exec(svg)?.[1]);
  const at = (/** @type {number} */ time) => seen(svg, (time - 100) / total);
  assert.deepEqual(at(150), ['$ probe']);
  assert.deepEqual(at(350), ['$ probe', 'speed', '&#60;1&#62;']);
  assert.deepEqual(at(600), ['$ probe', 'speed', '&#60;2&#62;']);
  assert.deepEqual(at(1000), ['$ probe', 'speed', '&#60;1&#62;']);
  assert.deepEqual(seen(svg, null), ['$ probe', 'speed', '&#60;1&#62;']);
  // Blocks are drawn, one rectangle for those alike that stand together.
  assert.equal([...svg.matchAll(/<rect [^>]*fill="#d7dee7"/g)].length, 2);
});
