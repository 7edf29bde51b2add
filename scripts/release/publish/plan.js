'use strict';

// What is to be done of each package, all of it decided before the first is sent.

const { PublishError } = require('./error.js');
const { send } = require('./npm.js');
const { find, untilInstallable } = require('./registry.js');

/** @typedef {import('./npm.js').Packed} Packed */
/** @typedef {{ packed: Packed, found: string | null }} Decision `found`: the integrity of what is there */

/**
 * @param {Packed[]} packages
 * @param {string} registry
 * @returns {Promise<Decision[]>}
 */
async function decide(packages, registry) {
  return Promise.all(
    packages.map(async (packed) => {
      const dist = await find(packed, registry);
      return { packed, found: dist?.integrity ?? null };
    }),
  );
}

/** @param {Decision} decision */
function isOther({ packed, found }) {
  return found !== null && found !== packed.integrity;
}

/** @param {Decision[]} decisions */
function refuseOthers(decisions) {
  const faults = decisions.filter(isOther).map(({ packed, found }) => {
    const { name, version, integrity } = packed;
    return `${name}@${version} is there with other content: ${found}, not ${integrity}`;
  });
  if (faults.length > 0) throw new PublishError(`nothing is published:\n${faults.join('\n')}`);
}

/**
 * @param {Decision[]} decisions in the order to publish in
 * @param {object} options
 * @param {string} options.registry
 * @param {boolean} options.provenance
 * @param {boolean} options.isDry
 * @param {(line: string) => void} options.say
 * @param {typeof send} [options.sendOne]
 * @param {Parameters<typeof untilInstallable>[2]} [options.patience]
 */
async function publishAll(decisions, options) {
  const { registry, provenance, isDry, say, sendOne = send, patience } = options;
  refuseOthers(decisions);
  for (const { packed, found } of decisions) {
    const what = `${packed.name}@${packed.version}, ${packed.size} bytes, ${packed.integrity}`;
    if (isDry) {
      say(found === null ? `would publish ${what}` : `is there: ${what}`);
      continue;
    }
    // What an earlier try has sent may not be handed out yet either.
    if (found === null) sendOne(packed, { registry, provenance });
    await untilInstallable(packed, registry, patience);
    say(found === null ? `published ${what}` : `was there: ${what}`);
  }
}

module.exports = { decide, publishAll };
