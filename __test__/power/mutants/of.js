'use strict';

// One mistake each, in lib/: the tests must notice every one.
//
//   file     in lib/
//   find     exact text, which is there once
//   replace  what it becomes
//   why      what such a mistake would do
//   argued   only where no test can notice it: why that is so

/** @typedef {{ file: string, find: string, replace: string, why: string, argued?: string }} Mutant */

/**
 * @param {string} file
 * @param {[why: string, find: string, replace: string, argued?: string][]} list
 * @returns {Mutant[]}
 */
function of(file, list) {
  return list.map(([why, find, replace, argued]) => ({ file, find, replace, why, argued }));
}

module.exports = { of };
