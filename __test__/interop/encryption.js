'use strict';

/** @typedef {import('./runs.js').Run} Run */

/**
 * Whether the two cannot come together, so that nothing but the refusal is looked at.
 * @param {Run} run
 */
function isRefused({ encryption, ours }) {
  return encryption === 'require' && ours === 'off';
}

/**
 * What is wrong with how the connection went on that carried the blocks.
 * @param {Run} run
 * @param {false | 'plain' | 'rc4'} encrypted
 * @returns {string[]}
 */
function judgeEncryption({ ours }, encrypted) {
  const allowed = { off: [false], prefer: ['plain', 'rc4'], require: ['rc4'] }[ours];
  return /** @type {unknown[]} */ (allowed).includes(encrypted)
    ? []
    : [`encrypted is ${encrypted}`];
}

/**
 * What was asked of both, in a word; null for nothing.
 * @param {Run} run
 */
function encryptionAsked({ encryption }) {
  return { off: null, prefer: 'preferred', require: 'forced' }[encryption];
}

module.exports = { encryptionAsked, isRefused, judgeEncryption };
