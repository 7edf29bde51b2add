'use strict';

// Writes down the instructions of the decoder as it is: see instructions.test.js.

const fs = require('node:fs');
const path = require('node:path');
const { build, compiler, instructionsOf } = require('./helpers/callgrind.js');

const FILE = path.join(__dirname, 'instructions.json');

const recorded = JSON.parse(fs.readFileSync(FILE, 'utf8'));
const program = build();
Object.assign(recorded, compiler());
for (const name of Object.keys(recorded.instructions)) {
  recorded.instructions[name] = instructionsOf(program, name);
}
fs.writeFileSync(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
