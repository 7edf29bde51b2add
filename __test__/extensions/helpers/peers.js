'use strict';

// Two wires that talk, each this package's or bittorrent-protocol's.

const { once } = require('node:events');
const net = require('node:net');
const pwp = require('../../../index.js');

/** @typedef {'native' | 'bittorrent-protocol'} Kind */
/** @typedef {{ serving: Kind, asking: Kind, over: 'a socket' | 'a pipe' }} Roles */

const SERVER_ID = Buffer.from('-SV0001-abcdefghijkl');
const CLIENT_ID = Buffer.from('-CL0001-abcdefghijkl');
const INFO_HASH = Buffer.alloc(20, 0xab);

/** Milliseconds: what has not come by then will not. Sockets would keep a test waiting for good. */
const PATIENCE = { timeout: 8000 };

/** Who serves whom, and over what: between two of the others there is nothing of ours. */
const ROLES = /** @type {const} */ ([
  ['native', 'bittorrent-protocol'],
  ['bittorrent-protocol', 'native'],
  ['native', 'native'],
]).flatMap(([serving, asking]) =>
  /** @type {const} */ (['a socket', 'a pipe']).map((over) => ({ serving, asking, over })),
);

/** @param {Roles} roles */
const title = ({ serving, asking, over }) => `${serving} serves ${asking} over ${over}`;

/** The packages are modules: they can only be imported. */
const published = (async () => {
  const [{ default: Protocol }, ...extensions] = await Promise.all([
    import('bittorrent-protocol'),
    import('ut_metadata'),
    import('ut_pex'),
    import('lt_donthave'),
  ]);
  const [utMetadata, utPex, ltDontHave] = extensions.map(
    (module) => /** @type {any} */ (module).default,
  );
  return { Protocol, utMetadata, utPex, ltDontHave };
})();

/**
 * @param {Kind} kind
 * @param {object} [options] of this package's
 * @returns {Promise<any>}
 */
async function make(kind, options) {
  if (kind === 'native') return pwp(options);
  const { Protocol } = await published;
  return new Protocol();
}

/**
 * @param {import('node:test').TestContext} t
 * @param {any} wire that its peer's handshake is still to come to
 * @param {any} other
 */
async function overSocket(t, wire, other) {
  const listener = net.createServer().listen(0, '127.0.0.1');
  t.after(() => listener.close());
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const { port } = /** @type {net.AddressInfo} */ (listener.address());
  const dialled = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const [socket] = await accepted;
  for (const [end, side] of /** @type {const} */ ([
    [socket, wire],
    [dialled, other],
  ])) {
    end.on('error', () => {});
    end.on('close', () => side.destroy());
    t.after(() => end.destroy());
    end.pipe(side).pipe(end);
  }
}

/**
 * A connection on which nothing was said yet. The asking side dials.
 * @param {import('node:test').TestContext} t
 * @param {Roles} roles
 * @param {{ infoHash?: Buffer, extensions?: object, options?: object }} [given] extensions to announce,
 *   options of this package's wires
 */
async function connect(t, { serving, asking, over }, given = {}) {
  const { infoHash = INFO_HASH, extensions, options } = given;
  const server = await make(serving, options);
  const client = await make(asking, options);
  t.after(() => {
    server.destroy();
    client.destroy();
  });
  if (over === 'a pipe') server.pipe(client).pipe(server);
  else await overSocket(t, server, client);
  server.once('handshake', () => server.handshake(infoHash, SERVER_ID, extensions));
  /** The client speaks first, the server answers. */
  const greet = () => client.handshake(infoHash, CLIENT_ID, extensions);
  /** The same, until each knows the other's extensions. */
  const meet = async () => {
    const met = [server, client].map((wire) => once(wire, 'extended'));
    greet();
    await Promise.all(met);
  };
  return { server, client, greet, meet };
}

/**
 * Until all that was sent so far has come: no message overtakes another.
 * @param {any} from
 * @param {any} to
 */
async function delivered(from, to) {
  const arrived = once(to, 'port');
  from.port(1);
  await arrived;
}

module.exports = {
  INFO_HASH,
  PATIENCE,
  ROLES,
  SERVER_ID,
  connect,
  delivered,
  make,
  published,
  pwp,
  title,
};
