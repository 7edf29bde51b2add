'use strict';

// A package whose modules run in a vm context, with Node's own modules and addons from outside.

const fs = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

/** What a context has of its own, or must have; all else that Node has, it is given. */
const OWN = new Set(Object.getOwnPropertyNames(vm.runInNewContext('globalThis')));

function contextWithGlobals() {
  const sandbox = {};
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (OWN.has(name) || name === 'global') continue;
    // Looked up when it is used: some warn.
    Object.defineProperty(sandbox, name, { get: () => globalThis[name], configurable: true });
  }
  return vm.createContext(sandbox);
}

/**
 * @param {string} name of a package
 * @returns {any} what it exports
 */
function loadInside(name) {
  const context = contextWithGlobals();
  const loaded = new Map();
  const load = (file) => {
    if (file.endsWith('.node')) return require(file);
    if (file.endsWith('.json')) return JSON.parse(fs.readFileSync(file, 'utf8'));
    if (loaded.has(file)) return loaded.get(file).exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const { resolve } = createRequire(file);
    const inner = (wanted) => (isBuiltin(wanted) ? require(wanted) : load(resolve(wanted)));
    const text = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(file, 'utf8')}\n})`;
    const wrapper = vm.runInContext(text, context, { filename: file });
    wrapper.call(module.exports, module.exports, inner, module, file, path.dirname(file));
    return module.exports;
  };
  return load(require.resolve(name));
}

module.exports = { loadInside };
