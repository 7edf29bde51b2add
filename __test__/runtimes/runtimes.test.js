'use strict';

// What of all this takes no other runtime: the modules, vm contexts and copies of the package, in this Node.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { playProgram } = require('./programs.js');
const { makeProject } = require('./project.js');

const THIS = {
  name: 'this Node',
  version: process.versions.node,
  file: process.execPath,
  run: (/** @type {string} */ program) => [program],
  test: () => [],
};

for (const program of ['modules.mjs', 'contexts.cjs', 'copies.cjs']) {
  test(program, async (t) => {
    const project = makeProject();
    t.after(() => fs.rmSync(project, { recursive: true }));
    const checks = await playProgram(THIS, program, project);
    assert.ok(checks.length > 2, 'it has tried nothing');
    for (const { check, wrong } of checks) await t.test(check, () => assert.equal(wrong, null));
  });
}
