'use strict';

// Pairs of wires that talk, of any of the packages that docs/ is about.

const { setImmediate: turn } = require('node:timers/promises');
const native = require('../../index.js');
const original = require('peer-wire-protocol');

const INFO_HASH = Buffer.alloc(20, 1);
const PEER_ID = Buffer.from('-XX0001-abcdefghijkl');
/** Turns of the event loop in which whatever is to come within a process has come. */
const TURNS = 50;

async function settle() {
  for (let i = 0; i < TURNS; i++) await turn();
}

/**
 * @param {() => any} make
 * @param {object} [extensions]
 * @returns {Promise<[any, any]>} two wires that have shaken hands
 */
async function pair(make, extensions) {
  const wires = /** @type {[any, any]} */ ([make(), make()]);
  wires[0].pipe(wires[1]).pipe(wires[0]);
  for (const wire of wires) wire.handshake(INFO_HASH, PEER_ID, extensions);
  await settle();
  return wires;
}

/**
 * @param {any} wire
 * @param {string[]} names
 * @returns {any[][]} what is emitted from now on
 */
function logOf(wire, names) {
  /** @type {any[][]} */
  const log = [];
  for (const name of names)
    wire.on(name, (/** @type {any[]} */ ...args) => log.push([name, ...args]));
  return log;
}

/**
 * @param {() => unknown} call
 * @returns {any} what it throws, or undefined
 */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
}

module.exports = { INFO_HASH, PEER_ID, logOf, native, original, pair, settle, thrown };
