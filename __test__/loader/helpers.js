'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { cleanUpAfter } = require('../e2e/helpers/cleanup.js');

const ROOT = path.resolve(__dirname, '../..');
const NAME = 'peer-wire-protocol-native';

/** The addon of this clone. */
const ADDON = path.join(
  ROOT,
  'lib',
  fs.readdirSync(path.join(ROOT, 'lib')).find((file) => file.endsWith('.node')) ?? '',
);
/** What the platform is called, from the addon's name. */
const PLATFORM = path.basename(ADDON).split('.')[1];

/** A project with the package installed, but for the addon. */
class Project {
  /** @param {import('node:test').TestContext} t */
  constructor(t) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-loader-'));
    cleanUpAfter(t, () => fs.rmSync(this.folder, { recursive: true, force: true }));
    this.modules = path.join(this.folder, 'node_modules');
    const own = path.join(this.modules, NAME);
    for (const name of ['index.js', 'lib', 'package.json']) {
      fs.cpSync(path.join(ROOT, name), path.join(own, name), {
        recursive: true,
        filter: (file) => !file.endsWith('.node'),
      });
    }
    // Those it depends on, and theirs.
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(own, 'node_modules'), 'junction');
  }

  /**
   * Installs the platform's package.
   * @param {string | Buffer} content the addon's file, or what is in its place
   */
  addPlatform(content) {
    const name = `${NAME}-${PLATFORM}`;
    const folder = path.join(this.modules, name);
    fs.cpSync(path.join(ROOT, 'npm', PLATFORM), folder, { recursive: true });
    const { main } = require(path.join(ROOT, 'npm', PLATFORM, 'package.json'));
    if (typeof content === 'string') fs.copyFileSync(content, path.join(folder, main));
    else fs.writeFileSync(path.join(folder, main), content);
  }

  /** @param {(manifest: any) => void} change of the package's own */
  changeManifest(change) {
    const file = path.join(this.modules, NAME, 'package.json');
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
    change(manifest);
    fs.writeFileSync(file, JSON.stringify(manifest));
  }

  /**
   * What `require` says.
   * @param {{ env?: Record<string, string>, before?: string }} [how] before: what the process does first
   * @returns {{ code: string, message: string, causes: number } | { sent: number }}
   */
  load({ env = {}, before = '' } = {}) {
    const program = `${before};
      try {
        const wire = require('${NAME}')();
        wire.handshake(Buffer.alloc(20, 1), Buffer.alloc(20, 2));
        console.log(JSON.stringify({ sent: wire.read().length }));
      } catch ({ code, message, cause }) {
        let causes = 0;
        for (; cause; cause = cause.cause) causes++;
        console.log(JSON.stringify({ code, message, causes }));
      }`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }
}

module.exports = { ADDON, NAME, PLATFORM, Project, ROOT };
