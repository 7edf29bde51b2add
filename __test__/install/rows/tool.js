'use strict';

// The command, without an installation.

const fs = require('node:fs');
const path = require('node:path');
const { NAME } = require('../checks.js');
const { Failure } = require('../command.js');
const { npm } = require('../managers.js');

/** @typedef {import('./index.js').Row} Row */

const INFO_HASH = Buffer.from('0123456789abcdef0123456789abcdef01234567', 'hex');
/** What a peer has sent: a handshake, and that it is interested. */
const SENT = Buffer.concat([
  Buffer.from('\u0013BitTorrent protocol', 'latin1'),
  Buffer.alloc(8),
  INFO_HASH,
  Buffer.from('-XX0001-leecher-----'),
  Buffer.from([0, 0, 0, 1, 2]),
]);

/** @type {Row[]} */
const rows = [
  {
    name: 'npx',
    manager: npm,
    how: `npx ${NAME}`,
    async play({ project, version }) {
      const place = project();
      const npx = [...npm.command, 'exec', '--yes', '--', NAME];
      const help = await place.run([...npx, '--help']);
      if (!help.stdout.startsWith(`Usage: ${NAME} `)) throw new Failure('no usage', help.said);
      const told = await place.run([...npx, '--version']);
      if (told.stdout.trim() !== version) throw new Failure(`not version ${version}`, told.said);
      // This needs the addon.
      fs.writeFileSync(path.join(place.folder, 'sent.bin'), SENT);
      const decoded = await place.run([...npx, 'decode', 'sent.bin']);
      const isRight =
        decoded.stdout.includes(INFO_HASH.toString('hex')) && /interested/.test(decoded.stdout);
      if (!isRight) throw new Failure('the messages are not told', decoded.said);
      return { used: ['--help', '--version', 'decode'] };
    },
  },
];

module.exports = { rows };
