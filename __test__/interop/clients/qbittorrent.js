'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { freePort, poll, versionOf } = require('../process.js');

const COMMAND = 'qbittorrent-nox';

/** As it numbers them. */
const ENCRYPTION = { prefer: 0, require: 1, off: 2 };

/** @param {{ port: number, webPort: number, folder: string, encryption: number }} values */
const config = ({ port, webPort, folder, encryption }) => `[LegalNotice]
Accepted=true

[BitTorrent]
Session\\AddTorrentStopped=false
Session\\BTProtocol=TCP
Session\\DHTEnabled=false
Session\\DefaultSavePath=${folder}
Session\\Encryption=${encryption}
Session\\Interface=lo
Session\\InterfaceAddress=127.0.0.1
Session\\InterfaceName=lo
Session\\LSDEnabled=false
Session\\MultiConnectionsPerIp=true
Session\\PeXEnabled=false
Session\\Port=${port}
Session\\QueueingSystemEnabled=false

[Network]
PortForwardingEnabled=false

[Preferences]
Connection\\ResolvePeerCountries=false
General\\Locale=en
WebUI\\Address=127.0.0.1
WebUI\\CSRFProtection=false
WebUI\\Enabled=true
WebUI\\LocalHostAuth=false
WebUI\\Port=${webPort}
WebUI\\UseUPnP=false
`;

/** @param {import('./index.js').Job} job @param {boolean} isSeed */
async function start({ torrent, sandbox, folder, magnet, encryption, dial }, isSeed) {
  const profile = sandbox.folder();
  const port = await freePort();
  const webPort = await freePort();
  const configFolder = path.join(profile, 'qBittorrent', 'config');
  fs.mkdirSync(configFolder, { recursive: true });
  fs.writeFileSync(
    path.join(configFolder, 'qBittorrent.conf'),
    config({ port, webPort, folder, encryption: ENCRYPTION[encryption] }),
  );
  const program = sandbox.spawn(COMMAND, [`--profile=${profile}`]);
  program.logFile = path.join(profile, 'qBittorrent', 'data', 'logs', 'qbittorrent.log');
  /** @param {string} method @param {Record<string, string | Blob>} fields */
  const call = async (method, fields) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const response = await fetch(`http://127.0.0.1:${webPort}/api/v2/${method}`, {
      method: 'POST',
      body,
    });
    const text = await response.text();
    if (!response.ok || text === 'Fails.') throw new Error(`${method}: ${text}`);
    return text;
  };
  await poll(() => call('torrents/info', { hashes: torrent.infoHash }), 'the start of qbittorrent');
  await call('torrents/add', {
    savepath: folder,
    skip_checking: String(isSeed),
    ...(magnet
      ? { urls: torrent.magnet }
      : { torrents: new Blob([fs.readFileSync(torrent.file)]) }),
  });
  const look = async () => {
    const list = JSON.parse(await call('torrents/info', { hashes: torrent.infoHash }));
    return list[0] ?? null;
  };
  await poll(look, 'the adding of the torrent by qbittorrent');
  if (dial) {
    const addUs = () =>
      call('torrents/addPeers', { hashes: torrent.infoHash, peers: `127.0.0.1:${dial}` });
    await addUs();
    // With the metadata it begins anew, and has forgotten us. To add us once more changes nothing.
    const timer = setInterval(() => addUs().catch(() => {}), 500);
    sandbox.onClose(() => clearInterval(timer));
  }
  return { port: dial ? null : port, look };
}

/** @type {import('./index.js').Client} */
module.exports = {
  name: 'qbittorrent',
  hybrid: false,
  dials: true,
  isIdle: false,
  refuses: true,
  cutsSecrets: true,
  install: 'Debian: apt-get install qbittorrent-nox',
  find: () => versionOf(COMMAND, ['--version'], /qBittorrent v(\S+)/),

  async seed(job) {
    const { port, look } = await start(job, true);
    const isSeeding = async () => ['uploading', 'stalledUP'].includes((await look())?.state);
    await poll(isSeeding, 'the seeding by qbittorrent');
    return { port, done: async () => {} };
  },

  async leech(job) {
    const { port, look } = await start(job, false);
    const isDone = async () => (await look())?.progress === 1;
    return { port, done: () => poll(isDone, 'qbittorrent', 60_000) };
  },
};
