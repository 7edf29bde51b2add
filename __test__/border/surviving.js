'use strict';

/** What a function of the addon may throw. */
const CODES = new Set([
  'ERR_PWP_INTERNAL',
  'InvalidArg',
  'GenericFailure',
  'ObjectExpected',
  'NumberExpected',
  'BooleanExpected',
]);

/**
 * Calls a function of the addon as lib/ never does.
 * @template T
 * @param {() => T} call
 * @returns {T | undefined} nothing where it threw
 */
function survive(call) {
  try {
    return call();
  } catch (error) {
    if (!CODES.has(error?.code) || /panic/.test(error.message)) throw error;
  }
}

module.exports = { survive };
