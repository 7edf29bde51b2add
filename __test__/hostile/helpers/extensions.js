'use strict';

// What the attacked program may give to `use()`: extensions as a program would write them, some that
// are wrong, and those that WebTorrent publishes.

/** Long enough for three pieces of ut_metadata. */
const METADATA = Buffer.concat([
  Buffer.from('d4:name40000:'),
  Buffer.alloc(40_000, 'x'),
  Buffer.from('e'),
]);

/** Sends back what it gets. */
class Echo {
  /** @param {any} wire */
  constructor(wire) {
    this.wire = wire;
  }

  /** @param {Uint8Array} payload */
  onMessage(payload) {
    this.wire.extended('echo', payload);
  }
}

/**
 * @param {any} Extension
 * @param {string} name
 */
function named(Extension, name) {
  Extension.prototype.name = name;
  return Extension;
}

/** @param {string} hook in which it throws */
function throwing(hook) {
  const Extension = named(class {}, 'throws');
  Extension.prototype[hook] = () => {
    throw new TypeError('what the peer has led it to');
  };
  return Extension;
}

/** @returns {Promise<Record<string, any>>} classes for `use()`, by the names that rows have for them */
async function loadExtensions() {
  // ES modules: Node 20 imports them, but cannot require them.
  const packages = ['ut_metadata', 'ut_pex', 'lt_donthave'].map((name) => import(name));
  const [utMetadata, utPex, ltDonthave] = (await Promise.all(packages)).map((one) => one.default);
  class Fetching extends utMetadata() {
    /** @param {any} wire */
    constructor(wire) {
      super(wire);
      this.fetch();
    }
  }
  return {
    echo: named(Echo, 'echo'),
    'throws on a handshake': throwing('onHandshake'),
    'throws on an extension handshake': throwing('onExtendedHandshake'),
    'throws on a message': throwing('onMessage'),
    ut_metadata: utMetadata(METADATA),
    'ut_metadata without metadata': utMetadata(),
    'ut_metadata that fetches': named(Fetching, 'ut_metadata'),
    ut_pex: utPex(),
    lt_donthave: ltDonthave(),
  };
}

module.exports = { loadExtensions };
