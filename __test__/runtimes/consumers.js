'use strict';

// The package's types as a consumer has them: every way to find modules, both compilers, Node's types old
// and new, and nothing of the declarations skipped.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { installPackage } = require('./project.js');
const { toolFile } = require('./tools.js');

const TYPES = path.join(__dirname, 'types');
const COMPILERS = /** @type {const} */ (['typescript-5', 'typescript-7']);
const NODE_TYPES = /** @type {const} */ (['node-20', 'node-26']);

/** @typedef {{ name: string, type: 'module' | 'commonjs', files: string[], options: object,
 *   compilers?: readonly string[] }} Consumer compilers: those that know the options */

const AS_NODE = ['import.mts', 'require.cts'];

/** @type {Consumer[]} */
const CONSUMERS = [
  ...['node16', 'nodenext'].flatMap((how) =>
    [true, false].map((esModuleInterop) => ({
      name: `${how}, esModuleInterop ${esModuleInterop ? 'on' : 'off'}`,
      type: /** @type {const} */ ('commonjs'),
      files: [...AS_NODE, esModuleInterop ? 'default.ts' : 'namespace.ts'],
      options: { module: how, moduleResolution: how, esModuleInterop },
      // TypeScript 7 has it always on.
      compilers: esModuleInterop ? COMPILERS : ['typescript-5'],
    })),
  ),
  {
    name: 'nodenext, all modules',
    type: 'module',
    files: [...AS_NODE, 'default.ts'],
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  {
    name: 'bundler',
    type: 'module',
    files: ['import.mts', 'default.ts'],
    options: { module: 'esnext', moduleResolution: 'bundler' },
  },
  {
    name: 'bundler, modules as they are written',
    type: 'module',
    files: ['import.mts', 'default.ts'],
    options: { module: 'preserve', moduleResolution: 'bundler', verbatimModuleSyntax: true },
  },
];

/**
 * @param {string} nodeTypes
 * @returns {string} folder of a project that has the package and Node's types
 */
function makeConsumer(nodeTypes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-consumer-'));
  const modules = path.join(folder, 'node_modules');
  installPackage(modules);
  fs.mkdirSync(path.join(modules, '@types'), { recursive: true });
  fs.cpSync(toolFile(`@types/${nodeTypes}`), path.join(modules, '@types/node'), {
    recursive: true,
  });
  const needed = path.join(toolFile(`@types/${nodeTypes}`), 'node_modules/undici-types');
  const undici = fs.existsSync(needed) ? needed : toolFile('undici-types');
  fs.cpSync(undici, path.join(modules, 'undici-types'), { recursive: true });
  fs.cpSync(TYPES, folder, { recursive: true });
  return folder;
}

/**
 * @param {string} folder
 * @param {string} compiler
 * @param {Consumer} consumer
 * @returns {string} what the compiler says, nothing when all is well
 */
function compile(folder, compiler, { type, files, options }) {
  const project = {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      types: ['node'],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    },
    files,
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type, private: true }));
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  const tsc = toolFile(`${compiler}/bin/tsc`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder], {
    cwd: folder,
    encoding: 'utf8',
  });
  return status === 0 ? '' : stdout + stderr;
}

/** @returns {Generator<{ name: string, says: string }>} every consumer, and what its compiler says */
function* compileAll() {
  for (const nodeTypes of NODE_TYPES) {
    const folder = makeConsumer(nodeTypes);
    try {
      for (const compiler of COMPILERS) {
        for (const consumer of CONSUMERS) {
          if (!(consumer.compilers ?? COMPILERS).includes(compiler)) continue;
          const name = `${compiler}, @types/${nodeTypes}, ${consumer.name}`;
          yield { name, says: compile(folder, compiler, consumer) };
        }
      }
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

module.exports = { compileAll };
