'use strict';

const { freePort, versionOf } = require('../process.js');
const { startTracker } = require('../tracker.js');

const COMMAND = 'aria2c';

const FORCED = [
  '--bt-force-encryption=true',
  '--bt-require-crypto=true',
  '--bt-min-crypto-level=arc4',
];
/**
 * It can be told to do no less: it dials encrypted, and once more in the clear where that fails; who
 * dials it is taken either way.
 */
const PREFERRED = ['--bt-min-crypto-level=plain', '--bt-require-crypto=false'];

/** @param {import('./index.js').Job} job @param {readonly string[]} options */
async function start({ torrent, sandbox, folder, magnet, encryption, dial }, options) {
  const port = await freePort();
  const tracker = dial ? await startTracker(sandbox, dial) : null;
  const program = sandbox.spawn(COMMAND, [
    '--no-conf',
    `--dir=${folder}`,
    `--listen-port=${port}`,
    '--interface=127.0.0.1',
    '--disable-ipv6=true',
    '--enable-dht=false',
    '--enable-dht6=false',
    '--bt-enable-lpd=false',
    '--enable-peer-exchange=false',
    ...(encryption === 'require' ? FORCED : PREFERRED),
    '--file-allocation=none',
    '--console-log-level=info',
    '--enable-color=false',
    '--summary-interval=0',
    ...(tracker ? [`--bt-tracker=${tracker.url}`] : []),
    ...options,
    magnet ? torrent.magnet : torrent.file,
  ]);
  return { program, port: dial ? null : port };
}

/** @type {import('./index.js').Client} */
module.exports = {
  name: 'aria2',
  hybrid: false,
  dials: true,
  isIdle: false,
  refuses: true,
  cutsSecrets: false,
  install: 'Debian: apt-get install aria2',
  find: () => versionOf(COMMAND, ['--version'], /aria2 version (\S+)/),

  async seed(job) {
    const { port } = await start(job, ['--bt-seed-unverified=true', '--seed-ratio=0.0']);
    return { port, done: async () => {} };
  },

  async leech(job) {
    const { program, port } = await start(job, ['--seed-time=0']);
    const done = async () => {
      const code = await program.ended;
      if (code !== 0) throw new Error(`aria2 ended with ${code}`);
    };
    return { port, done };
  },
};
