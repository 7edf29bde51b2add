'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { listenTo } = require('./lines.js');

const SCRIPT = path.join(__dirname, 'bittorrent_protocol_peer.mjs');
// Its package.json is not among what it exports.
const MANIFEST = path.join(__dirname, '../../../node_modules/bittorrent-protocol/package.json');

/** @param {'seed' | 'leech'} role @param {import('./index.js').Job} job */
async function start(role, { torrent, sandbox, folder, magnet, encryption, dial }) {
  const { infoHash, file } = torrent;
  const source = { infoHash, torrent: magnet ? null : file };
  const options = { role, folder, ...source, encryption, peer: dial };
  const program = sandbox.spawn(process.execPath, [SCRIPT, JSON.stringify(options)]);
  const when = listenTo(program);
  return { port: dial ? null : await when('port'), done: () => when('done') };
}

/** @type {import('./index.js').Client} */
module.exports = {
  name: 'bittorrent-protocol',
  hybrid: false,
  dials: true,
  isIdle: false,
  refuses: false, // it takes a handshake in the clear, whatever it is told
  cutsSecrets: false,
  install: 'npm ci',
  find: () =>
    fs.existsSync(MANIFEST) ? JSON.parse(fs.readFileSync(MANIFEST, 'utf8')).version : null,
  seed: (job) => start('seed', job),
  leech: (job) => start('leech', job),
};
