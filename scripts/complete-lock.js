'use strict';

// Completes package-lock.json after `npm install`. npm leaves a package for another platform out of
// the lock when the registry in use does not carry it, as mirrors may not, and `npm ci` then refuses
// the lock. Adds an entry for each, from the package that asks for it; npm looks up the rest where
// it installs one.

const fs = require('node:fs');
const path = require('node:path');

const SYSTEMS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(
  ' ',
);
const PROCESSORS = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ');

/**
 * @param {string} name of a package, with its platform in it
 * @param {string} range the version asked for
 * @param {any} asker the lock's entry of the package that asks for it
 */
function entryFor(name, range, asker) {
  const words = /** @type {string} */ (name.split('/').pop()).split('-');
  const has = (/** @type {string[]} */ list) => words.filter((word) => list.includes(word));
  const os = has(SYSTEMS);
  const cpu = has(PROCESSORS);
  if (os.length === 0 && cpu.length === 0) return null;
  const musl = words.includes('musl');
  const libc = musl ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : null;
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu.length > 0 && { cpu }),
    ...(asker.dev && { dev: true }),
    ...(libc && { libc }),
    ...(asker.license && { license: asker.license }),
    optional: true,
    ...(os.length > 0 && { os }),
    ...(asker.engines && { engines: asker.engines }),
  };
}

const file = path.resolve(process.argv[2] ?? 'package-lock.json');
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const { packages } = lock;
let added = 0;
for (const [place, asker] of Object.entries({ ...packages })) {
  for (const [name, range] of Object.entries(asker.optionalDependencies ?? {})) {
    const top = `node_modules/${name}`;
    if (packages[top] || packages[`${place}/${top}`]) continue;
    const entry = entryFor(name, range, asker);
    if (entry === null) continue;
    packages[top] = entry;
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} packages of other platforms added to ${path.basename(file)}\n`);
