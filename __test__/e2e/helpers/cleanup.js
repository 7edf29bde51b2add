'use strict';

/** @type {WeakMap<object, (() => unknown)[]>} */
const stacks = new WeakMap();

/**
 * Like `t.after`, but the last thing set up is the first to be torn down: engines go before the
 * folder they write to.
 * @param {import('node:test').TestContext} t
 * @param {() => unknown} work
 */
function cleanUpAfter(t, work) {
  const known = stacks.get(t);
  if (known) {
    known.push(work);
    return;
  }
  const stack = [work];
  stacks.set(t, stack);
  t.after(async () => {
    for (let next = stack.pop(); next; next = stack.pop()) await next();
  });
}

module.exports = { cleanUpAfter };
