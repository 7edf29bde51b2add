'use strict';

// npm run test:hostile: every attack, what it must lead to and what it led to. See USAGE.

const { parseArgs } = require('node:util');
const { ensureAddon, ensureDependencies } = require('../../scripts/setup.js');

const USAGE = `npm run test:hostile [-- OPTION...]

  --only TEXT   only attacks whose name or kind contains this
  --transport   against wires of the native transport, which have sockets of their own, and with what
                only those have to bear
  --threads N   how many threads it has (1)
  --compare     the same against peer-wire-protocol and bittorrent-protocol, each attack in a process
                of its own; writes results.json and the table in the README
  --help        this
`;

const OPTIONS = /** @type {const} */ ({
  only: { type: 'string' },
  transport: { type: 'boolean' },
  threads: { type: 'string' },
  compare: { type: 'boolean' },
  help: { type: 'boolean' },
});

/** @param {{ only?: string, transport?: boolean, threads?: string }} values */
async function attackAll({ only, transport, threads }) {
  const { KINDS, SOCKET_KINDS } = require('./attacks/index.js');
  const { playFairly } = require('./helpers/fairly.js');
  const { heading, line, total } = require('./helpers/table.js');
  const { Victim } = require('./helpers/victim-process.js');
  const started = performance.now();
  const seen = [];
  let failed = 0;
  const start = () =>
    transport
      ? Victim.start('native socket', { threads: Number(threads ?? 1) })
      : Victim.start('native');
  let victim = await start();
  for (const [kind, attacks] of transport ? SOCKET_KINDS : KINDS) {
    const selected = attacks.filter(({ name }) => `${kind}: ${name}`.includes(only ?? ''));
    if (selected.length > 0) process.stdout.write(heading(kind));
    for (const attack of selected) {
      const { observed, faults } = await playFairly(victim, attack);
      process.stdout.write(line(attack, observed, faults));
      seen.push(observed);
      if (faults.length === 0) continue;
      failed++;
      // What one attack has left behind is not the fault of the next.
      await victim.stop();
      victim = await start();
    }
  }
  await victim.stop();
  process.stdout.write(total(seen, failed, (performance.now() - started) / 1000));
  return failed === 0;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  ensureDependencies();
  ensureAddon();
  if (values.compare) {
    const { compareAll } = require('./helpers/compare.js');
    await compareAll(values.only);
  } else if (!(await attackAll(values))) {
    process.exitCode = 1;
  }
}

main().catch((error) => {
  const isUsage = String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
