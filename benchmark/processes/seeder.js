'use strict';

// Serves blocks on wires as settings.runner has them, and tells what the measured part of them cost.

const { serve } = require('../serve.js');
const { loadTransport } = require('../transports.js');
const { settings, tell } = require('./inside.js');

async function main() {
  const { port, served } = await serve(await loadTransport(settings.runner), settings);
  tell('listening', { port });
  tell('served', { cpu: (await served).cpu });
}

main();
