'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Duplex } = require('node:stream');
const { test } = require('node:test');
const pwp = require('../../index.js');
const { parseOptions } = require('../../lib/options.js');
const { parseDial, parseListen } = require('../../lib/transport/options.js');
const readme = require('./readme.js');

const ROOT = path.join(__dirname, '../..');
const TSC = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');

/** @param {string} project folder with a tsconfig.json */
function compile(project) {
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', project], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout };
}

/** @param {string} project */
function compiles(project) {
  const { status, stdout } = compile(project);
  assert.equal(status, 0, `tsc -p ${path.relative(ROOT, project)}\n${stdout}`);
}

/**
 * A folder inside the package, so that the package can be imported by its name.
 * @param {import('node:test').TestContext} t
 */
function folder(t) {
  const made = fs.mkdtempSync(path.join(__dirname, 'generated-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  return made;
}

/**
 * Compiles `text` as a file of a project of its own.
 * @param {import('node:test').TestContext} t
 * @param {string} text
 */
function compileText(t, text) {
  const project = folder(t);
  fs.writeFileSync(path.join(project, 'text.cts'), text);
  fs.writeFileSync(
    path.join(project, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', include: ['text.cts'] }),
  );
  return compile(project);
}

/** @param {Iterable<string>} names */
const record = (names) =>
  JSON.stringify(Object.fromEntries([...names].map((name) => [name, true])));

test('every use compiles, no wrong use does, by require and by import', () => {
  compiles(__dirname);
});

test('the compiler is there to refuse', (t) => {
  const text = `import pwp = require('peer-wire-protocol-native');\npwp().have('3');\n`;
  const { status, stdout } = compileText(t, text);
  assert.notEqual(status, 0);
  assert.match(stdout, /text\.cts\(2,12\): error TS2345/);
});

test('an expected error that does not come is an error', (t) => {
  const text = `import pwp = require('peer-wire-protocol-native');
    // @ts-expect-error there is none
    pwp().have(3);`;
  assert.match(compileText(t, text).stdout, /TS2578: Unused '@ts-expect-error'/);
});

test("the README's examples compile", (t) => {
  const project = folder(t);
  const count = readme.write(path.join(ROOT, 'README.md'), project);
  assert.ok(count > 0, 'the README has no example');
  compiles(project);
});

test('blocks of a document become files by their language', () => {
  const markdown = [
    '```js\nconst a = 1;\n```',
    '```json\n{}\n```',
    '```ts\nimport a from "a";\n```',
    '```\nnpm start\n```',
    '``` js\nimport b from "b";\n```',
  ].join('\n\n');
  assert.deepEqual(readme.extract(markdown), [
    { name: 'line-1.cjs', text: 'const a = 1;\n' },
    { name: 'line-9.mts', text: 'import a from "a";\n' },
    { name: 'line-17.mjs', text: 'import b from "b";\n' },
  ]);
});

test('the members declared are those a wire has', (t) => {
  const wire = pwp();
  const names = new Set([...Object.keys(wire), ...Object.getOwnPropertyNames(pwp.prototype)]);
  const duplex = new Duplex();
  const own = [...names].filter((name) => !(name in duplex) && !name.startsWith('_'));
  assert.ok(own.includes('handshake') && own.includes('peerPieces') && own.includes('pieceCount'));
  // Too few is an error as much as too many.
  const text = `import pwp = require('peer-wire-protocol-native');
    import { Duplex } from 'node:stream';
    const members: Record<Exclude<keyof pwp.Wire, keyof Duplex>, true> = ${record(own)};`;
  assert.equal(compileText(t, text).stdout, '');
});

test('the options declared are those a wire reads', (t) => {
  const text = `import pwp = require('peer-wire-protocol-native');
    const options: Record<keyof pwp.Options, true> = ${record(Object.keys(parseOptions({})))};`;
  assert.equal(compileText(t, text).stdout, '');
});

test('the members declared of a wire with a socket, and of a server, are those they have', (t) => {
  const own = (/** @type {any} */ { prototype }, /** @type {any} */ object) => {
    const names = [...Object.keys(object), ...Object.getOwnPropertyNames(prototype)];
    const inherited = Object.getPrototypeOf(prototype);
    // What the transport calls is nobody else's.
    return names.filter((name) => !(name in inherited) && !/^(_|on[A-Z]|constructor)/.test(name));
  };
  const socket = own(pwp.SocketWire, Reflect.construct(pwp.SocketWire, []));
  const fields = new Set(Object.keys(pwp()));
  const text = `import pwp = require('peer-wire-protocol-native');
    import { EventEmitter } from 'node:events';
    const socket: Record<Exclude<keyof pwp.SocketWire, keyof pwp.Wire>, true> = ${record(socket.filter((name) => !fields.has(name)))};
    const server: Record<Exclude<keyof pwp.Server, keyof EventEmitter>, true> = ${record(own(pwp.Server, pwp.createServer()))};
    const functions: Record<Exclude<keyof pwp.Constructor, keyof Function | 'Wire'>, true> = ${record(Object.keys(pwp).filter((name) => name !== 'Wire'))};`;
  assert.equal(compileText(t, text).stdout, '');
});

test('the options declared of a connection and a server are those they read', (t) => {
  const dialled = Object.keys(parseDial({ port: 1 }));
  const text = `import pwp = require('peer-wire-protocol-native');
    const connect: Record<Exclude<keyof pwp.ConnectOptions, keyof pwp.Options>, true> = ${record(dialled)};
    const listen: Record<keyof pwp.ListenOptions, true> = ${record(Object.keys(parseListen([])).filter((name) => name !== 'callback'))};`;
  assert.equal(compileText(t, text).stdout, '');
});

test('the codes declared are those in the sources', (t) => {
  const codesIn = (/** @type {string[]} */ ...files) => {
    const texts = files.map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8'));
    return new Set(texts.join('\n').match(/\bERR_PWP_[A-Z0-9_]*[A-Z]\b/g));
  };
  const text = `import pwp = require('peer-wire-protocol-native');
    const peer: Record<pwp.PeerErrorCode, true> = ${record(codesIn('src/wire/error.rs', 'src/mse/error.rs', 'lib/encryption.js', 'lib/extensions.js', 'lib/fast.js', 'lib/guards.js', 'lib/uploads.js'))};
    const connections: Record<pwp.ConnectionErrorCode, true> = ${record([...codesIn('src/transport/failure.rs')])};
    const transport: Record<pwp.TransportErrorCode, true> = ${record(codesIn('lib/transport/socket-wire.js', 'lib/transport/transport.js'))};
    const others: Record<pwp.RequestErrorCode | pwp.MissingErrorCode, true> = ${record(codesIn('lib/errors.js'))};`;
  assert.equal(compileText(t, text).stdout, '');
});
