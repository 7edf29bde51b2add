'use strict';

// What a registry has, asked for as installers ask for it.

const { PublishError } = require('./error.js');
const { integrityOf } = require('./npm.js');

// npm's registry shows a new version at once, or after some seconds; rarely after a minute.
const PATIENCE = { milliseconds: 5 * 60_000, between: 1000 };
const REQUEST_MS = 30_000;
/** What installers ask for: it may come later than the whole document. */
const INSTALL = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

/** @typedef {import('./npm.js').Packed} Packed */
/** @typedef {{ integrity: string, tarball: string }} Dist */

/** @param {string} url @param {Record<string, string>} [headers] */
function get(url, headers = {}) {
  return fetch(url, {
    headers: { 'cache-control': 'no-cache', ...headers },
    signal: AbortSignal.timeout(REQUEST_MS),
  });
}

/**
 * @param {{ name: string, version: string }} wanted
 * @param {string} registry with a slash at its end
 * @returns {Promise<Dist | null>} null where it has no such version
 */
async function find({ name, version }, registry) {
  const response = await get(new URL(encodeURIComponent(name), registry).href, { accept: INSTALL });
  if (response.status === 404) return null;
  if (!response.ok) throw new PublishError(`${registry} answers ${response.status} for ${name}`);
  const { versions } = /** @type {any} */ (await response.json());
  return versions?.[version]?.dist ?? null;
}

/** @param {Packed} packed @param {string} registry @returns {Promise<string>} why it is not there yet, or '' */
async function whyNotThere(packed, registry) {
  const dist = await find(packed, registry);
  if (dist === null) return 'is not shown';
  if (dist.integrity !== packed.integrity) return `is shown with integrity ${dist.integrity}`;
  const response = await get(dist.tarball);
  if (!response.ok) return `has an archive that is answered with ${response.status}`;
  const integrity = integrityOf(Buffer.from(await response.arrayBuffer()));
  return integrity === packed.integrity ? '' : `has an archive of integrity ${integrity}`;
}

/**
 * Waits until the registry hands out what was packed.
 * @param {Packed} packed
 * @param {string} registry
 * @param {typeof PATIENCE} [patience]
 */
async function untilInstallable(packed, registry, { milliseconds, between } = PATIENCE) {
  const end = performance.now() + milliseconds;
  for (;;) {
    /** @type {string} */
    const reason = await whyNotThere(packed, registry).catch((error) => error.message);
    if (reason === '') return;
    if (performance.now() + between > end) {
      const { name, version } = packed;
      throw new PublishError(
        `${name}@${version} ${reason}, ${milliseconds / 1000} s after it was published; nothing more ` +
          'is published. Try again later: what is there is passed over.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, between));
  }
}

module.exports = { find, untilInstallable };
