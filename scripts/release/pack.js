'use strict';

// Lays out what is published, a folder a package:
//   node scripts/release/pack.js --out DIR [--addons DIR] [--placeholders] [--repository URL]
// The addons are looked for in DIR, or in lib/. A platform without one is left out; or, for a registry
// on loopback only, has a few bytes in its place. The URL is where the sources are, which npm's provenance is
// held against: a fork publishes its own.
//   node scripts/release/pack.js --list
// prints the packages in the order in which they are published.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ROOT, ensureAddon, ensureDependencies } = require('../setup.js');
const { mainManifest, platformPackages, readJson } = require('./packages.js');

const PLACEHOLDER = 'This platform was not built.\n';

/** @param {string} from @param {string} to */
function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** @param {string} file @param {unknown} value */
function writeJson(file, value) {
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** @returns {string[]} what npm would pack of the repository */
function packedFiles() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const isWindows = process.platform === 'win32';
  const [command, all] = isWindows ? ['cmd.exe', ['/d', '/c', 'npm', ...args]] : ['npm', args];
  const printed = execFileSync(command, all, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  // An array, or, from npm 12 on, an object by name.
  const [packed] = Object.values(JSON.parse(printed));
  return packed.files.map((/** @type {{ path: string }} */ file) => file.path);
}

/** @typedef {{ repository?: { type: 'git', url: string } }} Origin what all manifests say of where they come from */

/** @param {string} out @param {Origin} origin */
function packMain(out, origin) {
  const manifest = readJson(path.join(ROOT, 'package.json'));
  const folder = path.join(out, manifest.name);
  for (const file of packedFiles()) {
    if (!file.endsWith('.node')) copy(path.join(ROOT, file), path.join(folder, file));
  }
  const main = mainManifest(manifest, platformPackages());
  writeJson(path.join(folder, 'package.json'), { ...main, ...origin });
}

/**
 * @param {string} out
 * @param {string} addons
 * @param {boolean} hasPlaceholders
 * @param {Origin} origin
 */
function packPlatforms(out, addons, hasPlaceholders, origin) {
  const { version } = readJson(path.join(ROOT, 'package.json'));
  for (const { name, folder: from, addon } of platformPackages()) {
    const built = path.join(addons, addon);
    const isBuilt = fs.existsSync(built);
    if (!isBuilt && !hasPlaceholders) continue;
    const folder = path.join(out, name);
    for (const file of ['package.json', 'README.md']) {
      copy(path.join(from, file), path.join(folder, file));
    }
    copy(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
    // One version for all.
    const manifest = readJson(path.join(folder, 'package.json'));
    writeJson(path.join(folder, 'package.json'), { ...manifest, version, ...origin });
    if (isBuilt) copy(built, path.join(folder, addon));
    else fs.writeFileSync(path.join(folder, addon), PLACEHOLDER);
  }
}

const { values } = parseArgs({
  options: {
    addons: { type: 'string' },
    list: { type: 'boolean', default: false },
    out: { type: 'string' },
    placeholders: { type: 'boolean', default: false },
    repository: { type: 'string' },
  },
});

if (values.list) {
  const { name } = readJson(path.join(ROOT, 'package.json'));
  const names = [...platformPackages().map((platform) => platform.name), name];
  process.stdout.write(`${names.join('\n')}\n`);
} else if (values.out === undefined) {
  process.stderr.write(
    'usage: pack.js --out DIR [--addons DIR] [--placeholders] [--repository URL] | --list\n',
  );
  process.exitCode = 2;
} else {
  ensureDependencies();
  if (values.addons === undefined) ensureAddon();
  const out = path.resolve(values.out);
  fs.rmSync(out, { recursive: true, force: true });
  const { placeholders, repository } = values;
  /** @type {Origin} */
  const origin = repository === undefined ? {} : { repository: { type: 'git', url: repository } };
  packMain(out, origin);
  packPlatforms(out, path.resolve(values.addons ?? path.join(ROOT, 'lib')), placeholders, origin);
}
