'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { cleanUpAfter } = require('../../e2e/helpers/cleanup.js');

/**
 * A new folder, for as long as the test lasts.
 * @param {import('node:test').TestContext} t
 */
function folderFor(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-tool-'));
  cleanUpAfter(t, () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

module.exports = { folderFor };
