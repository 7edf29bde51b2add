'use strict';

const fs = require('node:fs');
const { openFixture } = require('./fixture.js');
const { runInside, tell } = require('./inside.js');
const { Seeder } = require('./seeder.js');

// Seeds settings.seed, on the wire of settings.variant; tells `listening` with its port.
runInside(async ({ variant, seed, metadataFile }) => {
  const { Wire } = openFixture(variant);
  const seeder = new Seeder(Wire, { ...seed, metadata: fs.readFileSync(metadataFile) });
  tell({ event: 'listening', port: await seeder.listen() });
  return {};
});
