'use strict';

/**
 * Writes down how a swarm is now.
 * @param {import('../helpers/world.js').World} world
 * @param {any} swarm
 * @param {string} text what has just been done, or has happened
 */
function look(world, swarm, text) {
  world.did(text);
  world.trace.push(`  ${world.look(swarm)}`);
}

module.exports = { look };
