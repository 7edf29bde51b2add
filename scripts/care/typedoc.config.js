'use strict';

// How the types become pages: see docs.js.

/** `export =` has no name of its own: the one that programs give it. */
const NAMES = /** @type {Record<string, string>} */ ({ index: 'pwp', swarm: 'Swarm' });

/** Overloads of EventEmitter's: what is to be said of them is in `Events`. */
const EMITTER = ['on', 'once', 'removeListener', 'prependListener', 'prependOnceListener', 'emit'];
const EMITTERS = ['index.Wire', 'lib/transport/types.SocketWire'];

/** @param {any} app typedoc's application */
function named(app) {
  app.converter.on('resolveBegin', (/** @type {any} */ { project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.name === 'export=') reflection.name = NAMES[reflection.parent.name];
    }
  });
}

module.exports = {
  name: 'peer-wire-protocol-native',
  tsconfig: './tsconfig.docs.json',
  entryPoints: ['../../index.d.ts', '../../swarm/index.d.ts', '../../lib/transport/types.d.ts'],
  basePath: '../..',
  out: '../../target/docs-api',
  plugin: [named],
  readme: 'none',
  includeVersion: true,
  disableGit: true,
  disableSources: true,
  // Of Node's own members there are Node's pages.
  excludeExternals: true,
  treatWarningsAsErrors: true,
  validation: { invalidLink: true, notDocumented: true, notExported: true, rewrittenLink: true },
  // The swarm's folder has a package.json, with a name of its own.
  packagesRequiringDocumentation: ['peer-wire-protocol-native', 'peer-wire-swarm'],
  intentionallyNotDocumented: [
    ...EMITTERS.flatMap((type) => EMITTER.map((name) => `${type}.${name}`)),
    // What is there for `instanceof` cannot be called.
    'index.Constructor.SocketWire.__type',
    'index.Constructor.Server.__type',
  ],
};
