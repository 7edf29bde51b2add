'use strict';

// Makes docs/media/probe.svg: what `probe` shows of a libtorrent seeder, as it was shown in a terminal.
//
//   node scripts/recording/run.js

const { execFile, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { findPython, missing } = require('../../benchmark/libtorrent.js');
const { name } = require('../../package.json');
const { ROOT, SetupError, ensureAddon, ensureDependencies } = require('../setup.js');
const { play } = require('./frames.js');
const { draw } = require('./svg.js');
const { loadTerminal } = require('./tools.js');

const OUT = path.join(ROOT, 'docs/media/probe.svg');

const COLUMNS = 108;
const ROWS = 24;
const MIB = 1024 * 1024;
const LENGTH = 512 * MIB;

/**
 * @param {string} python that has libtorrent
 * @param {string} folder
 */
async function startSeeder(python, folder) {
  // Not before the set-up: it needs packages.
  const { createSource } = require('../start/source.js');
  const data = path.join(folder, 'data');
  const source = await createSource(data, LENGTH);
  const torrent = path.join(folder, 'file.torrent');
  await fs.writeFile(torrent, source.torrent);
  const child = spawn(python, [path.join(__dirname, 'seeder.py'), torrent, data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const port = Number(said);
  if (!(port > 0)) throw new SetupError('ERR_RECORDING_SEEDER', 'libtorrent does not listen');
  return { child, port, infoHash: source.infoHash };
}

/**
 * Runs the tool as who has installed it would, by its name, after the line they would have typed.
 * @param {string} python
 * @param {string} folder
 * @param {string[]} args
 */
async function record(python, folder, args) {
  await fs.symlink(path.join(ROOT, `bin/${name}.js`), path.join(folder, name));
  const script = 'printf "$ %s\\n" "$*"; exec "$@"';
  const { stdout } = await promisify(execFile)(
    python,
    [
      path.join(__dirname, 'terminal.py'),
      String(COLUMNS),
      String(ROWS),
      ...['sh', '-c', script, 'sh', name, ...args],
    ],
    {
      env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` },
      maxBuffer: 64 * MIB,
    },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [time, data] = line.split(' ');
      return { time: Number(time), data: Buffer.from(data, 'base64') };
    });
}

async function main() {
  ensureDependencies();
  ensureAddon();
  const python = findPython();
  if (python === null) throw new SetupError('ERR_RECORDING_LIBTORRENT', String(missing()));
  const { Terminal } = loadTerminal();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'recording-'));
  const { child, port, infoHash } = await startSeeder(python, folder);
  try {
    const args = ['probe', `127.0.0.1:${port}`, infoHash, '--download', String(LENGTH / MIB)];
    const recorded = await record(python, folder, args);
    const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
    const frames = await play(terminal, recorded);
    const title = `${name} ${args.join(' ')}`;
    await fs.mkdir(path.dirname(OUT), { recursive: true });
    await fs.writeFile(OUT, draw(frames, { columns: COLUMNS, title }));
    process.stdout.write(`${path.relative(ROOT, OUT)}: ${frames.length} frames\n`);
  } finally {
    child.stdin.end();
    await once(child, 'close');
    await fs.rm(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`recording: ${error.message} (${error.code})\n`);
  process.exitCode = 1;
});
