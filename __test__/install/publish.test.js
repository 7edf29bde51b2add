'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { describe, it } = require('node:test');
const { integrityOf, packAll } = require('../../scripts/release/publish/npm.js');
const { decide, publishAll } = require('../../scripts/release/publish/plan.js');
const {
  DARWIN,
  LINUX,
  LOOPBACK,
  MAIN,
  read,
  temporary,
  writeRelease,
} = require('./helpers/release.js');

/** @typedef {import('../../scripts/release/publish/npm.js').Packed} Packed */

const PATIENCE = { milliseconds: 60_000, between: 5 };
const HASTE = { milliseconds: 100, between: 5 };
/** What packAll would make, without npm. @param {string} name @param {string} content @returns {Packed} */
function packed(name, content) {
  const integrity = integrityOf(Buffer.from(content));
  const common = { name, version: '1.0.0', folder: '', manifest: {}, archive: content };
  return { ...common, size: content.length, integrity };
}

/** A registry: what is in it, and how long it keeps that to itself. */
class FakeRegistry {
  /** @type {Map<string, string>} the archive of version 1.0.0 by package */
  archives = new Map();
  /** @type {string[]} in the order of their coming */
  sent = [];
  /** How many more questions it answers as if it had nothing. */
  silent = 0;
  /** An archive it hands out in the place of all. @type {string | null} */
  spoilt = null;
  url = '';

  /** @param {import('node:test').TestContext} t */
  async start(t) {
    const server = http.createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    t.after(() => server.close());
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    this.url = `http://127.0.0.1:${port}/`;
    return this;
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  #answer({ method, url = '' }, response) {
    const [, name, isArchive] = url.split('/');
    assert.equal(method, 'GET');
    const archive = this.archives.get(name);
    if (archive === undefined || (!isArchive && this.silent-- > 0)) {
      response.writeHead(404).end('{}');
    } else if (isArchive) {
      response.end(this.spoilt ?? archive);
    } else {
      const integrity = integrityOf(Buffer.from(archive));
      const dist = { integrity, tarball: `${this.url}${name}/-` };
      response.end(JSON.stringify({ name, versions: { '1.0.0': { dist } } }));
    }
  }

  /** @param {Packed} one */
  take = ({ name, archive }) => {
    this.sent.push(name);
    this.archives.set(name, archive);
  };
}

/**
 * @param {FakeRegistry} registry
 * @param {Packed[]} packages
 * @param {{ isDry?: boolean, sendOne?: (one: Packed) => void, patience?: typeof PATIENCE }} [options]
 * @returns {Promise<string[]>} what was said
 */
async function publish(registry, packages, options = {}) {
  const { isDry = false, sendOne = registry.take, patience = PATIENCE } = options;
  /** @type {string[]} */
  const said = [];
  await publishAll(await decide(packages, registry.url), {
    registry: registry.url,
    provenance: false,
    isDry,
    say: (line) => said.push(line.split(',')[0]),
    sendOne,
    patience,
  });
  return said;
}

const RELEASE = [packed(DARWIN, 'of darwin'), packed(LINUX, 'of linux'), packed(MAIN, 'of all')];

describe('publishing: what is sent', { concurrency: true }, () => {
  it('everything, in order; a second time nothing', async (t) => {
    const registry = await new FakeRegistry().start(t);
    assert.deepEqual(await publish(registry, RELEASE), [
      'published wire-darwin@1.0.0',
      'published wire-linux@1.0.0',
      'published wire@1.0.0',
    ]);
    assert.deepEqual(await publish(registry, RELEASE), [
      'was there: wire-darwin@1.0.0',
      'was there: wire-linux@1.0.0',
      'was there: wire@1.0.0',
    ]);
    assert.deepEqual(registry.sent, [DARWIN, LINUX, MAIN]);
  });

  it('in a dry run, nothing', async (t) => {
    const registry = await new FakeRegistry().start(t);
    registry.archives.set(DARWIN, 'of darwin');
    assert.deepEqual(await publish(registry, RELEASE, { isDry: true }), [
      'is there: wire-darwin@1.0.0',
      'would publish wire-linux@1.0.0',
      'would publish wire@1.0.0',
    ]);
    assert.deepEqual(registry.sent, []);
  });

  it('the rest, where a first try ended half way', async (t) => {
    const registry = await new FakeRegistry().start(t);
    const sendOne = (/** @type {Packed} */ one) => {
      if (one.name === LINUX) throw new Error('no network');
      registry.take(one);
    };
    await assert.rejects(publish(registry, RELEASE, { sendOne }), { message: 'no network' });
    assert.deepEqual(registry.sent, [DARWIN]);
    await publish(registry, RELEASE);
    assert.deepEqual(registry.sent, [DARWIN, LINUX, MAIN]);
  });

  it('nothing, where one of them is there with other content', async (t) => {
    for (const isDry of [false, true]) {
      const registry = await new FakeRegistry().start(t);
      registry.archives.set(MAIN, 'of an earlier build');
      await assert.rejects(publish(registry, RELEASE, { isDry }), {
        code: 'ERR_PUBLISH',
        message: /^nothing is published:\nwire@1\.0\.0 is there with other content: sha512-/,
      });
      assert.deepEqual(registry.sent, []);
    }
  });

  it('waits until the registry shows it', async (t) => {
    const registry = await new FakeRegistry().start(t);
    const sendOne = (/** @type {Packed} */ one) => {
      registry.take(one);
      registry.silent = 3;
    };
    await publish(registry, RELEASE, { sendOne });
    assert.deepEqual(registry.sent, [DARWIN, LINUX, MAIN]);
  });

  it('but not for ever, and sends nothing more', async (t) => {
    const registry = await new FakeRegistry().start(t);
    const sendOne = (/** @type {Packed} */ one) => {
      registry.take(one);
      registry.silent = Number.POSITIVE_INFINITY;
    };
    await assert.rejects(publish(registry, RELEASE, { sendOne, patience: HASTE }), {
      code: 'ERR_PUBLISH',
      message: /^wire-darwin@1\.0\.0 is not shown, 0\.1 s after it was published; nothing more/,
    });
    assert.deepEqual(registry.sent, [DARWIN]);
  });

  it('nor does it trust an archive that is another than its integrity says', async (t) => {
    const registry = await new FakeRegistry().start(t);
    registry.spoilt = 'of nobody knows whom';
    await assert.rejects(publish(registry, RELEASE, { patience: HASTE }), {
      message: /^wire-darwin@1\.0\.0 has an archive of integrity sha512-/,
    });
    assert.deepEqual(registry.sent, [DARWIN]);
  });

  it('nothing, to a registry that answers with an error', async (t) => {
    const server = http.createServer((_request, response) => response.writeHead(503).end());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    t.after(() => server.close());
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    await assert.rejects(decide(RELEASE, `http://127.0.0.1:${port}/`), {
      code: 'ERR_PUBLISH',
      message: / answers 503 for wire-/,
    });
  });
});

describe('publishing as a command', () => {
  it('packs the same content into the same archive', (t) => {
    const from = writeRelease(t);
    const [first, second] = [packAll(read(from)), packAll(read(from))];
    t.after(first.remove);
    t.after(second.remove);
    const integrities = (/** @type {ReturnType<typeof packAll>} */ { packages }) =>
      packages.map(({ integrity }) => integrity);
    assert.deepEqual(integrities(first), integrities(second));
    assert.equal(new Set(integrities(first)).size, 3);
  });

  it('says in one line what is wrong, and how it is used', (t) => {
    const script = path.join(__dirname, '../../scripts/release/publish.js');
    const run = (/** @type {string[]} */ args) =>
      spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    const empty = temporary(t);
    const wrong = run(['--from', empty, '--registry', LOOPBACK]);
    assert.deepEqual(
      [wrong.status, wrong.stderr],
      [1, `${empty} has to hold one main package, and holds none\n`],
    );
    assert.equal(run([]).status, 2);
    assert.equal(run(['--form', empty]).status, 2);
    assert.match(run(['--help']).stdout, /^node scripts\/release\/publish\.js --from DIR/);
  });
});
