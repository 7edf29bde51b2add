'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setUp } = require('../../../scripts/setup.js');
const { cleanUpAfter } = require('./cleanup.js');

process.noDeprecation = true; // peerflix and what it stands on are of 2018

// Before anything that needs a package is required: a single test file may be run on a fresh clone.
setUp();

/** A temporary folder, for whoever makes it to remove. */
function temporaryFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-e2e-'));
  return {
    folder,
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/**
 * A temporary folder that goes with its test.
 * @param {import('node:test').TestContext} t
 */
function folderFor(t) {
  const { folder, remove } = temporaryFolder();
  cleanUpAfter(t, remove);
  return folder;
}

module.exports = { folderFor, temporaryFolder };
