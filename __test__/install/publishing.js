'use strict';

// Fills the registry as a release does, by the same scripts, and looks that a second try changes nothing.

const fs = require('node:fs');
const path = require('node:path');
const { platform } = require('../../lib/platform.js');
const { NAME } = require('./checks.js');
const { Failure, expectEqual, run, transcript } = require('./command.js');
const { npm } = require('./managers.js');

const RELEASE = path.join(__dirname, '../../scripts/release');

/** A version of the main package that asks for the addon of the real one. */
const MISMATCHED = '1000.0.0';

/** @typedef {{ registry: string, env: NodeJS.ProcessEnv, cwd: string }} Place */

/**
 * @param {readonly string[]} command
 * @param {Place} place
 */
async function must(command, { env, cwd }) {
  const outcome = await run(command, { cwd, env });
  if (outcome.code !== 0) {
    throw new Failure(`exit code ${outcome.code} of a command`, transcript(command, cwd, outcome));
  }
  return outcome.stdout;
}

/**
 * @param {string} packages the folder of the packages
 * @param {Place} place
 * @param {...string} options
 */
function publish(packages, place, ...options) {
  const script = path.join(RELEASE, 'publish.js');
  const args = ['--from', packages, '--registry', place.registry, '--no-provenance', ...options];
  return must([process.execPath, script, ...args], place);
}

/** @param {string} registry @param {readonly string[]} names @returns {Promise<string>} */
async function stateOf(registry, names) {
  const documents = names.map(async (name) => {
    const response = await fetch(new URL(name, registry));
    if (response.status === 404) return null;
    const { versions, time } = /** @type {any} */ (await response.json());
    return { name, versions, time };
  });
  return JSON.stringify(await Promise.all(documents));
}

/** @param {string} said @param {RegExp} pattern */
function countOf(said, pattern) {
  return said.split('\n').filter((line) => pattern.test(line)).length;
}

/**
 * A main package whose addon is of another version, as npm leaves it where only one of the two is updated.
 * @param {string} packages
 * @param {Place} place
 */
async function publishMismatched(packages, place) {
  const folder = path.join(place.cwd, 'mismatched');
  fs.cpSync(path.join(packages, NAME), folder, { recursive: true });
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...manifest, version: MISMATCHED }));
  const args = ['publish', folder, '--registry', place.registry, '--tag', 'mismatched'];
  await must([...npm.command, ...args], place);
}

/**
 * @param {Place} place
 * @param {string | undefined} from a folder of packages that are built, else they are made of what is here
 */
async function publishRelease(place, from) {
  const packages = from === undefined ? path.join(place.cwd, 'packages') : path.resolve(from);
  if (from === undefined) {
    const pack = path.join(RELEASE, 'pack.js');
    await must([process.execPath, pack, '--out', packages, '--placeholders'], place);
  }
  const listed = await must([process.execPath, path.join(RELEASE, 'pack.js'), '--list'], place);
  const names = listed.trim().split('\n');
  const empty = await stateOf(place.registry, names);
  const dry = await publish(packages, place, '--dry-run');
  expectEqual('packages that would be published', countOf(dry, /^would publish /), names.length);
  expectEqual('the registry after a dry run', await stateOf(place.registry, names), empty);

  const first = await publish(packages, place);
  expectEqual('packages published', countOf(first, /^published /), names.length);
  const state = await stateOf(place.registry, names);
  const second = await publish(packages, place);
  expectEqual('packages found there', countOf(second, /^was there: /), names.length);
  expectEqual('the registry after a second try', await stateOf(place.registry, names), state);

  await publishMismatched(packages, place);
  const { version } = JSON.parse(
    fs.readFileSync(path.join(packages, NAME, 'package.json'), 'utf8'),
  );
  const platforms = names.filter((name) => name !== NAME);
  if (!platforms.includes(`${NAME}-${platform()}`)) {
    throw new Failure(`there is no package for ${platform()}`);
  }
  return { packages, version, platforms, mismatched: MISMATCHED };
}

module.exports = { publishRelease };
