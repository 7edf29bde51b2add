'use strict';

const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { PIECE_LENGTH } = require('../torrent.js');
const { listenTo } = require('./lines.js');

const SCRIPT = path.join(__dirname, 'libtorrent_client.py');
const CANDIDATES = ['/usr/bin/python3', 'python3']; // Debian's own first: its packages are for it

/** @type {{ python: string, version: string } | null | undefined} */
let found;

function findPython() {
  if (found !== undefined) return found;
  found = null;
  for (const python of CANDIDATES) {
    const code = 'import libtorrent; print(libtorrent.__version__)';
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    if (status !== 0) continue;
    found = { python, version: stdout.trim() };
    break;
  }
  return found;
}

function findVersion() {
  return findPython()?.version ?? null;
}

/**
 * Only libtorrent makes hybrids.
 * @param {string} file to write the .torrent to
 * @param {string} folder
 * @param {string} name of the torrent's own folder in it
 */
function makeHybrid(file, folder, name) {
  const python = findPython()?.python ?? '';
  const options = { make: file, folder, name, pieceLength: PIECE_LENGTH };
  const { status, stderr } = spawnSync(python, [SCRIPT, JSON.stringify(options)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`libtorrent made no hybrid: ${stderr}`);
}

/**
 * @param {'seed' | 'leech'} role
 * @param {import('./index.js').Job} job
 */
async function start(role, { torrent, sandbox, folder, magnet, encryption, dial }) {
  const source = magnet ? { magnet: torrent.magnet } : { torrent: torrent.file };
  const options = { role, folder, ...source, encryption, peer: dial ?? undefined };
  const python = findPython()?.python ?? '';
  const program = sandbox.spawn(python, [SCRIPT, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const when = listenTo(program);
  return { port: dial ? null : await when('port'), done: () => when('done') };
}

/** @param {boolean} hybrid @returns {import('./index.js').Client} */
function client(hybrid) {
  return {
    name: hybrid ? 'libtorrent, hybrid' : 'libtorrent',
    hybrid,
    dials: true,
    isIdle: false,
    refuses: true,
    cutsSecrets: true,
    install: 'Debian: apt-get install python3-libtorrent',
    find: findVersion,
    seed: (job) => start('seed', job),
    leech: (job) => start('leech', job),
  };
}

module.exports = { clients: [client(false), client(true)], makeHybrid };
