'use strict';

// Seeds settings.torrent out of settings.folder with libtorrent, on settings.python.

const { spawn } = require('node:child_process');
const path = require('node:path');
const { settings, tell } = require('./inside.js');

const SCRIPT = path.join(__dirname, 'libtorrent_seeder.py');

const seeder = spawn(settings.python, [SCRIPT, JSON.stringify(settings)], {
  stdio: ['pipe', 'pipe', 'inherit'], // it ends when the first does, with this process
});
seeder.stdout.once('data', (line) => tell('listening', { port: Number(line) }));
seeder.once('exit', (code) => process.exit(code ?? 1));
