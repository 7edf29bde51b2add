'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { freePort, poll, versionOf } = require('../process.js');

const COMMAND = 'transmission-daemon';

/** As it numbers them: with 0 it is tolerated. */
const ENCRYPTION = { off: 0, prefer: 1, require: 2 };

/** @param {{ folder: string, encryption: number, port: number, rpcPort: number }} values */
function settings({ folder, encryption, port, rpcPort }) {
  return {
    'bind-address-ipv4': '127.0.0.1',
    'bind-address-ipv6': '::1',
    'dht-enabled': false,
    'download-dir': folder,
    encryption,
    'lpd-enabled': false,
    'message-level': 3,
    'peer-port': port,
    'pex-enabled': false,
    'port-forwarding-enabled': false,
    'ratio-limit-enabled': false,
    'rpc-authentication-required': false,
    'rpc-bind-address': '127.0.0.1',
    'rpc-host-whitelist-enabled': false,
    'rpc-port': rpcPort,
    'utp-enabled': false,
  };
}

/** @param {number} port */
function makeRpc(port) {
  let session = '';
  /**
   * @param {string} method
   * @param {object} args
   * @returns {Promise<any>}
   */
  return async function rpc(method, args) {
    const response = await fetch(`http://127.0.0.1:${port}/transmission/rpc`, {
      method: 'POST',
      headers: { 'X-Transmission-Session-Id': session },
      body: JSON.stringify({ method, arguments: args }),
    });
    if (response.status === 409) {
      session = response.headers.get('x-transmission-session-id') ?? '';
      return rpc(method, args);
    }
    const body = /** @type {any} */ (await response.json());
    if (body.result !== 'success') throw new Error(`${method}: ${body.result}`);
    return body.arguments;
  };
}

/** @param {import('./index.js').Job} job */
async function start({ torrent, sandbox, folder, magnet, encryption }) {
  const config = sandbox.folder();
  const port = await freePort();
  const rpcPort = await freePort();
  fs.writeFileSync(
    path.join(config, 'settings.json'),
    JSON.stringify(settings({ folder, encryption: ENCRYPTION[encryption], port, rpcPort })),
  );
  sandbox.spawn(COMMAND, ['-f', '-g', config]);
  const rpc = makeRpc(rpcPort);
  const source = magnet
    ? { filename: torrent.magnet }
    : { metainfo: fs.readFileSync(torrent.file).toString('base64') };
  const added = await poll(() => rpc('torrent-add', { ...source }), 'the start of transmission');
  const { id } = added['torrent-added'];
  const look = async () => {
    const fields = ['percentDone', 'metadataPercentComplete', 'status', 'error', 'errorString'];
    const { torrents } = await rpc('torrent-get', { ids: [id], fields });
    if (torrents[0].error !== 0) throw new Error(torrents[0].errorString);
    return torrents[0];
  };
  return { port, look };
}

/** @type {import('./index.js').Client} */
module.exports = {
  name: 'transmission',
  hybrid: false,
  dials: false, // it refuses to dial loopback
  isIdle: true, // it decides whom to unchoke, and whom to be interested in, every ten seconds
  refuses: true,
  cutsSecrets: false,
  install: 'Debian: apt-get install transmission-daemon',
  find: () => versionOf(COMMAND, ['--version'], /transmission-daemon (\S+)/),

  async seed(job) {
    const { port, look } = await start(job);
    const isSeeding = async () => (await look()).status === 6;
    await poll(isSeeding, 'the check of the content by transmission');
    return { port, done: async () => {} };
  },

  async leech(job) {
    const { port, look } = await start(job);
    const isDone = async () => {
      const { percentDone, metadataPercentComplete } = await look();
      return metadataPercentComplete === 1 && percentDone === 1;
    };
    return { port, done: () => poll(isDone, 'transmission', 60_000) };
  },
};
