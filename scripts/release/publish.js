'use strict';

// Publishes what pack.js laid out: the platforms' packages first, then the main one, so that nobody can
// install a main package whose addon is not there. See USAGE.

const path = require('node:path');
const { parseArgs } = require('node:util');
const { npmConfig, packAll } = require('./publish/npm.js');
const { PublishError } = require('./publish/error.js');
const { readPackages } = require('./publish/packages.js');
const { decide, publishAll } = require('./publish/plan.js');

const USAGE = `node scripts/release/publish.js --from DIR [OPTION...]

Publishes the packages in the folders of DIR, as scripts/release/pack.js makes them. What the registry has
already, with the same integrity, is passed over, so that a second try goes on where the first one ended;
if it has the same version of other content, nothing is published.

  --registry URL     in place of the one that npm is configured with
  --dry-run          says what would be published, and publishes nothing
  --no-provenance    without npm's provenance statement, which CI adds
  --help             this
`;

const OPTIONS = /** @type {const} */ ({
  from: { type: 'string' },
  registry: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  'no-provenance': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help || values.from === undefined) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const registry = new URL(values.registry ?? npmConfig('registry')).href;
  const provenance = Boolean(process.env.CI) && !values['no-provenance'];
  const packages = readPackages(path.resolve(values.from), { registry, provenance });
  const packed = packAll(packages);
  try {
    const decisions = await decide(packed.packages, registry);
    const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
    await publishAll(decisions, { registry, provenance, isDry: values['dry-run'], say });
  } finally {
    packed.remove();
  }
}

main().catch((error) => {
  const isUsage = String(error.code).startsWith('ERR_PARSE_ARGS');
  const isExpected = isUsage || error instanceof PublishError;
  process.stderr.write(`${isExpected ? error.message : error.stack}\n`);
  if (isUsage) process.stderr.write(`\n${USAGE}`);
  process.exitCode = isUsage ? 2 : 1;
});
