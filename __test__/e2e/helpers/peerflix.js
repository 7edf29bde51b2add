'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');
const { locateFixture } = require('../../../scripts/start/fixture.js');
const { freePort } = require('../../../scripts/start/free-port.js');
const { cleanUpAfter } = require('./cleanup.js');

const VARIABLE = 'PEER_WIRE_PROTOCOL_ENCRYPTION';

/**
 * peerflix's own command on this package, told of one peer and of no other way to find any. It is told
 * twice, by another name: libtorrent before 2.0.13 spoils one encryption in 256, and peerflix does not
 * dial an address again that has said nothing.
 * @param {import('node:test').TestContext} t
 * @param {object} options
 * @param {string} options.torrent file or magnet link
 * @param {string} options.folder to put everything in
 * @param {number} options.peer its port
 * @param {string | null} options.encryption what the environment says, null for nothing
 * @returns {Promise<string>} the address it serves the file at
 */
async function startPeerflix(t, { torrent, folder, peer, encryption }) {
  const { files } = locateFixture('native');
  const environment = { ...process.env };
  delete environment[VARIABLE];
  if (encryption !== null) environment[VARIABLE] = encryption;
  const options = {
    hostname: '127.0.0.1',
    port: await freePort(),
    'peer-port': await freePort(),
    path: path.join(folder, 'leecher'),
    tmp: path.join(folder, 'tmp'), // else the metadata is taken from the cache of an earlier run
  };
  const peers = [`--peer=127.0.0.1:${peer}`, `--peer=localhost:${peer}`];
  const child = spawn(
    process.execPath,
    [
      '--no-deprecation', // it is of 2018
      path.join(path.dirname(files.peerflix), 'app.js'),
      torrent,
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ...peers,
      '--no-dht',
      '--no-tracker',
      '--quiet',
    ],
    { env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  cleanUpAfter(t, async () => {
    child.kill('SIGKILL');
    await closed;
  });
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const url = /listening on (\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    closed.then((code) => reject(new Error(`peerflix ended with exit code ${code}: ${said}`)));
  });
}

module.exports = { startPeerflix };
