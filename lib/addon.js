'use strict';

/** The addon: of a path that the environment names, of the platform's package, or built here. */

const { createRequire } = require('node:module');
const path = require('node:path');
const { name, version } = require('../package.json');

/** @typedef {typeof import('./native.js') & import('./hot.js').Hot} Addon */

/** An environment variable: the path of the addon to load in the place of any other. */
const VARIABLE = 'PEER_WIRE_PROTOCOL_ADDON';

/** The cure where there is no package for a platform, or it cannot be used. */
const FROM_SOURCE = `build it from source, with Rust (https://rustup.rs): npx ${name} build`;

/**
 * @param {string} code
 * @param {string} message
 * @param {any} [cause]
 */
function failure(code, message, cause) {
  return Object.assign(new Error(message, cause && { cause }), { code });
}

/**
 * @param {any} error of the loader, with its attempts, cause behind cause; of each the message alone
 * @returns {Error | null} the attempt that found an addon, which cannot be used
 */
function unusable({ cause }) {
  for (let attempt = cause; attempt instanceof Error; attempt = attempt.cause) {
    const [message] = attempt.message.split('\n');
    // Without what it was the cause of: those are dozens, and Node prints them all.
    if (!/^Cannot find (module|package)/.test(message)) return new Error(message);
  }
  return null;
}

/** @param {any} error of the loader */
function explained(error) {
  const { PLATFORMS, platform } = require('./platform.js');
  const wanted = `${name}-${platform()}`;
  if (!PLATFORMS.includes(platform())) {
    const message = `${name} ${version} has no package for ${platform()}: ${FROM_SOURCE}`;
    return failure('ERR_PWP_ADDON_MISSING', message);
  }
  const cause = unusable(error);
  if (cause !== null) {
    const message = `the addon of ${wanted} cannot be loaded (${cause.message}): ${FROM_SOURCE}`;
    return failure('ERR_PWP_ADDON_UNUSABLE', message, cause);
  }
  const message =
    `the package ${wanted} ${version}, the addon for this platform, is not installed. It is an optional ` +
    'dependency, which --omit=optional leaves out, and npm too where a lock file or node_modules come from ' +
    'another platform (https://github.com/npm/cli/issues/4828): remove node_modules and package-lock.json, ' +
    `then install again. Or ${FROM_SOURCE}`;
  return failure('ERR_PWP_ADDON_MISSING', message);
}

/** @returns {Addon} */
function find() {
  const given = process.env[VARIABLE];
  if (given) {
    try {
      return require(path.resolve(given));
    } catch (error) {
      // Node adds to it who required it.
      const [why] = String(error instanceof Error ? error.message : error).split('\n');
      const message = `the addon that ${VARIABLE} names, ${given}, cannot be loaded: ${why}`;
      throw failure('ERR_PWP_ADDON_UNUSABLE', message, error);
    }
  }
  try {
    return /** @type {any} */ (require('./native.js'));
  } catch (error) {
    const addon = built();
    if (addon === null) throw explained(error);
    return addon;
  }
}

/** @returns {Addon | null} what tool/build.js has left here */
function built() {
  try {
    // @ts-expect-error: seldom there
    return require('./built.node');
  } catch (error) {
    if (/** @type {any} */ (error).code === 'MODULE_NOT_FOUND') return null;
    throw failure(
      'ERR_PWP_ADDON_UNUSABLE',
      `what was built here cannot be loaded: ${error}`,
      error,
    );
  }
}

/** Who has an addon has this property of it set. */
const TAKEN = Symbol.for('peer-wire-protocol-native: taken');

/**
 * What an addon knows of tables and sockets is one copy's of this package. Another, which npm has installed
 * under another name or a test runner loads once more, finds the same addon: it gets an instance of its own.
 * @param {any} addon
 * @returns {Addon}
 */
function ownInstance(addon) {
  let own = addon;
  if (addon[TAKEN]) {
    const modules = Object.values(createRequire(__filename).cache);
    const isIt = (/** @type {NodeJS.Module | undefined} */ module) =>
      module?.exports === addon && module?.filename.endsWith('.node');
    const file = modules.find(isIt)?.filename;
    if (file === undefined) {
      throw failure('ERR_PWP_ADDON_UNUSABLE', `another copy of ${name} has the addon`);
    }
    const module = { exports: {} };
    process.dlopen(module, file);
    own = module.exports;
  }
  Object.defineProperty(own, TAKEN, { value: true });
  return own;
}

/** @returns {Addon} */
function load() {
  const addon = find();
  // Both sides know the numbers of the records: of another version they may be others.
  const found = addon.version?.();
  if (found !== version) {
    const cure = process.env[VARIABLE]
      ? `${VARIABLE} names another`
      : 'remove node_modules and the lock file, then install again';
    const message =
      `the addon is of version ${found ?? 'unknown'} and ${name} of ${version}, ` +
      `where they have to be the same: ${cure}`;
    throw failure('ERR_PWP_ADDON_VERSION', message);
  }
  return ownInstance(addon);
}

module.exports = load();
