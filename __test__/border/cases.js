'use strict';

const { Random } = require('./random.js');
const { chaos } = require('./scenes/chaos.js');
const { delivery, encrypted } = require('./scenes/delivery.js');
const { meddled } = require('./scenes/meddled.js');
const { natives } = require('./scenes/natives.js');
const { sealed } = require('./scenes/sealed.js');
const { shared } = require('./scenes/shared.js');
const { taken } = require('./scenes/taken.js');
const { threads } = require('./scenes/threads.js');

/** What there is, and how much of it in a thousand cases. */
const SCENES = /** @type {const} */ ([
  [delivery, 280],
  [encrypted, 140],
  [meddled, 100],
  [taken, 150],
  [chaos, 210],
  [natives, 58],
  [sealed, 40],
  [shared, 20],
  [threads, 2],
]);

/** Cases after which the payloads kept and the decoders left are looked at. */
const STOCK_EVERY = 250;

/** @param {Random} random */
function pickScene(random) {
  let at = random.integer(0, 999);
  for (const [scene, share] of SCENES) {
    if (at < share) return scene;
    at -= share;
  }
  return delivery;
}

/**
 * @param {import('./world.js').World} world
 * @param {number} seed
 * @param {number} number
 * @returns {Promise<string>} what it was
 */
async function runCase(world, seed, number) {
  const random = new Random(seed, number);
  const scene = pickScene(random);
  world.name = `case ${number} (${scene.name})`;
  try {
    await scene(world, random);
    world.checkUncaught();
  } catch (error) {
    throw new Error(`${world.name}: ${error?.message ?? String(error)}`, { cause: error });
  }
  return scene.name;
}

module.exports = { STOCK_EVERY, runCase };
