'use strict';

// npm run test:interop: downloads from real clients, and uploads to them. See USAGE.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ensureAddon, ensureDependencies } = require('../../scripts/setup.js');

const USAGE = `npm run test:interop [-- OPTION...]

64 MiB from and to every client over TCP on loopback, with and without the Fast extension, from the info
hash alone, and with encryption forced and preferred; in the clear and forced also over wires with sockets
of their own. A client that is not installed is skipped, or with CI=true a failure.

  --client NAME   only clients whose name begins with this
  --json FILE     writes everything that was found out
  --readme        writes the table of the README
  --help          this
`;

const OPTIONS = /** @type {const} */ ({
  client: { type: 'string' },
  json: { type: 'string' },
  readme: { type: 'boolean' },
  help: { type: 'boolean' },
});

class UsageError extends Error {}

/** @param {string | undefined} prefix */
function selectClients(prefix) {
  const { CLIENTS } = require('./clients/index.js');
  const selected = CLIENTS.filter(({ name }) => name.startsWith(prefix ?? ''));
  if (selected.length > 0) return selected;
  const names = CLIENTS.map(({ name }) => name).join('; ');
  throw new UsageError(`--client must be the beginning of one of: ${names}`);
}

/**
 * The torrents, made when they are first asked for: only libtorrent makes hybrids.
 * @param {import('./process.js').Sandbox} sandbox
 */
function materials(sandbox) {
  const { makeHybrid } = require('./clients/libtorrent.js');
  const { makeTrees } = require('./merkle.js');
  const { NAME, makeV1, openTorrent, writeContent } = require('./torrent.js');
  const folder = sandbox.folder();
  writeContent(folder);
  /** @type {Map<boolean, import('./attempt.js').Material>} */
  const made = new Map();
  return (/** @type {boolean} */ isHybrid) => {
    const file = path.join(folder, isHybrid ? 'hybrid.torrent' : 'v1.torrent');
    if (!made.has(isHybrid)) {
      if (isHybrid) makeHybrid(file, folder, NAME);
      else fs.writeFileSync(file, makeV1(folder));
      const torrent = openTorrent(file, folder);
      made.set(isHybrid, { torrent, trees: makeTrees(torrent) });
    }
    return /** @type {import('./attempt.js').Material} */ (made.get(isHybrid));
  };
}

/**
 * @param {import('./clients/index.js').Client} client
 * @param {(isHybrid: boolean) => import('./attempt.js').Material} materialOf
 */
async function playClient(client, materialOf) {
  const { playAll } = require('./runs.js');
  const { progress } = require('./table.js');
  /** @type {import('./runs.js').Row[]} */
  const rows = [];
  const onRow = (/** @type {import('./runs.js').Row} */ row) => {
    rows.push(row);
    process.stdout.write(progress(row));
  };
  const version = client.find();
  if (version === null) {
    const outcome = process.env.CI === 'true' ? 'failed' : 'skipped';
    const reasons = [`is not installed (${client.install})`];
    const nothing = { version: '', run: null, details: '', result: {}, seconds: 0 };
    onRow({ client: client.name, outcome, reasons, ...nothing });
  } else {
    await playAll(client, version, materialOf(client.hybrid), onRow);
  }
  return rows;
}

/** @param {import('./clients/index.js').Client[]} clients */
async function playClients(clients) {
  const { Sandbox, clearOnExit } = require('./process.js');
  clearOnExit();
  const sandbox = new Sandbox();
  const materialOf = materials(sandbox);
  /** @type {Map<import('./clients/index.js').Client, import('./runs.js').Row[]>} */
  const played = new Map();
  const play = async (/** @type {boolean} */ isIdle) => {
    for (const client of clients.filter((candidate) => candidate.isIdle === isIdle)) {
      played.set(client, await playClient(client, materialOf));
    }
  };
  // One that mostly waits does so beside the others.
  await Promise.all([play(true), play(false)]);
  await sandbox.close();
  return clients.flatMap((client) => played.get(client) ?? []);
}

/** @param {import('./runs.js').Row[]} rows */
function report(rows) {
  const { describe, table, totals } = require('./table.js');
  for (const { client, run, outcome, reasons, details } of rows) {
    if (outcome !== 'failed' || run === null) continue;
    process.stdout.write(`\n${client} ${describe(run)}: ${reasons.join(', ')}\n${details}\n`);
  }
  process.stdout.write(`\n${table(rows)}\n${totals(rows)}`);
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  ensureDependencies();
  ensureAddon();
  const rows = await playClients(selectClients(values.client));
  report(rows);
  if (values.readme) require('./markdown.js').writeReadme(rows);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (rows.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
}

main().catch((error) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
