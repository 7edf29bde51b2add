'use strict';

// What a program finds out, told a line at a time: whoever runs it knows what came before a crash.

/** What goes on. @type {string | null} */
let current = null;

/** @param {string} name @param {string | null} wrong */
function tell(name, wrong) {
  process.stdout.write(`${JSON.stringify({ check: name, wrong })}\n`);
}

process.on('exit', () => {
  if (current !== null) tell(current, 'the process ended before');
});

/**
 * @param {string} name
 * @param {() => unknown} work throws, or rejects, where something is wrong
 */
async function check(name, work) {
  let wrong = null;
  current = name;
  try {
    await work();
  } catch (error) {
    wrong = String(error?.message ?? error).split('\n')[0];
  }
  current = null;
  tell(name, wrong);
}

/**
 * Waits for an event. Unlike Node's `once` it does not listen for `error`.
 * @param {any} emitter
 * @param {string} event
 * @returns {Promise<any[]>} its arguments
 */
function when(emitter, event) {
  return new Promise((resolve, reject) => {
    const heard = (...args) => {
      clearTimeout(timer);
      resolve(args);
    };
    const timer = setTimeout(() => {
      emitter.removeListener(event, heard);
      reject(new Error(`waited in vain for ${event}`));
    }, 10_000);
    emitter.once(event, heard);
  });
}

module.exports = { check, when };
