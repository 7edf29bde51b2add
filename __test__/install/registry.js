'use strict';

// verdaccio on loopback. Our packages are only its own, whatever is published elsewhere by their names; all
// others come through it from the registry that npm is configured with.

const fs = require('node:fs');
const path = require('node:path');
const { npmConfig } = require('../../scripts/release/publish/npm.js');
const { freePort, poll } = require('../interop/process.js');
const { toolFile } = require('./tools.js');

const START_MS = 60_000;

/** @param {string} key @returns {string | undefined} */
function configured(key) {
  const value = npmConfig(key);
  return value === 'null' || value === 'undefined' || value === '' ? undefined : value;
}

/** @param {string} folder for all that it keeps */
function configuration(folder) {
  const everybody = { access: '$all', publish: '$all' };
  return {
    storage: path.join(folder, 'storage'),
    auth: { htpasswd: { file: path.join(folder, 'htpasswd'), max_users: -1 } },
    uplinks: {
      upstream: {
        url: npmConfig('registry'),
        maxage: '1h',
        timeout: '60s',
        max_fails: 1000, // else it asks nothing for minutes after two slow answers
      },
    },
    packages: {
      'peer-wire-protocol-native*': everybody,
      '**': { access: '$all', proxy: 'upstream' },
    },
    https_proxy: configured('https-proxy'),
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  };
}

/**
 * @param {import('../interop/process.js').Sandbox} sandbox
 * @returns {Promise<string>} its address
 */
async function startRegistry(sandbox) {
  const folder = sandbox.folder();
  const file = path.join(folder, 'config.yaml'); // of which JSON is a part
  fs.writeFileSync(file, JSON.stringify(configuration(folder), null, 2));
  const address = `http://127.0.0.1:${await freePort()}/`;
  const authorities = process.env.NODE_EXTRA_CA_CERTS ?? configured('cafile');
  const program = sandbox.spawn(
    process.execPath,
    [toolFile('verdaccio/bin/verdaccio'), '--config', file, '--listen', address],
    { cwd: folder, env: { ...process.env, NODE_EXTRA_CA_CERTS: authorities } },
  );
  let isOver = false;
  program.ended.then(() => {
    isOver = true;
  });
  const answers = async () => isOver || (await fetch(new URL('-/ping', address))).ok;
  await poll(answers, 'starting verdaccio', START_MS);
  if (isOver) throw new Error(`verdaccio ended:\n${program.tail()}`);
  return address;
}

module.exports = { startRegistry };
