'use strict';

/**
 * A client, as the runs see it.
 *
 * @typedef {object} Job what a client is started for
 * @property {import('../torrent.js').Torrent} torrent
 * @property {import('../process.js').Sandbox} sandbox
 * @property {string} folder a seed's has the content; a leech's is empty
 * @property {boolean} magnet whether a leech begins with the info hash only
 * @property {import('../runs.js').Encryption} encryption
 * @property {number | null} dial our port, for a leech that dials us
 *
 * @typedef {object} Running
 * @property {number | null} port it listens on, null where it is not dialled
 * @property {() => Promise<unknown>} done a leech has everything on disk
 *
 * @typedef {object} Client
 * @property {string} name
 * @property {boolean} hybrid whether it is given a hybrid of v1 and v2
 * @property {boolean} dials whether it can be made to dial us
 * @property {boolean} isIdle whether it mostly waits
 * @property {boolean} refuses whether, with encryption required, it takes nobody who comes in the clear
 * @property {boolean} cutsSecrets whether one encryption in 256 fails, that with a zero ahead in the shared
 *   secret: libtorrent left it out of a hash before 2.0.13
 * @property {string} install how to get it
 * @property {() => string | null} find its version, null where it is missing
 * @property {(job: Job) => Promise<Running>} seed
 * @property {(job: Job) => Promise<Running>} leech
 */

/** @type {Client[]} */
const CLIENTS = [
  ...require('./libtorrent.js').clients,
  require('./transmission.js'),
  require('./aria2.js'),
  require('./qbittorrent.js'),
  require('./bittorrent-protocol.js'),
];

module.exports = { CLIENTS };
