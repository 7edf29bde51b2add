'use strict';

// Serves blocks on the wire of settings.runner, and tells what the measured part of them cost.

const { load } = require('../implementations.js');
const { serve } = require('../serve.js');
const { settings, tell } = require('./inside.js');

async function main() {
  const { port, served } = await serve(await load(settings.runner), settings);
  tell('listening', { port });
  tell('served', { cpu: (await served).cpu });
}

main();
