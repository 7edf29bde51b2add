'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { machineOf, mismatch } = require('../../scripts/release/publish/machine.js');
const {
  DARWIN,
  FAR,
  LINUX,
  LOOPBACK,
  MAIN,
  elf,
  machO,
  pe,
  read,
  writeRelease,
} = require('./helpers/release.js');

describe('publishing: what belongs together', () => {
  it('the platforms come first, the main package last', (t) => {
    const names = read(writeRelease(t), FAR).map(({ name }) => name);
    assert.deepEqual(names, [DARWIN, LINUX, MAIN]);
  });

  it('a platform that was not built', (t) => {
    const from = writeRelease(t);
    fs.rmSync(path.join(from, DARWIN), { recursive: true });
    assert.throws(() => read(from), { code: 'ERR_PUBLISH', message: /\nwire-darwin is missing/ });
  });

  it('a platform that the main package does not ask for, or as another version', (t) => {
    assert.throws(() => read(writeRelease(t, { wanted: { [DARWIN]: '1.0.0' } })), {
      message: /\nwire-linux is no dependency of wire$/,
    });
    const wanted = { [DARWIN]: '1.0.0', [LINUX]: '^1.0.0' };
    assert.throws(() => read(writeRelease(t, { wanted })), {
      message: /\nwire-linux is of 1\.0\.0, asked for as \^1\.0\.0 by 1\.0\.0$/,
    });
  });

  it('no main package at all', (t) => {
    const from = writeRelease(t);
    fs.rmSync(path.join(from, MAIN), { recursive: true });
    assert.throws(() => read(from), { message: /has to hold one main package, and holds none$/ });
    assert.throws(() => read(path.join(from, 'nowhere')), { code: 'ERR_PUBLISH' });
  });

  it('a placeholder goes to a registry on loopback, and nowhere else', (t) => {
    const from = writeRelease(t, { linux: Buffer.from('This platform was not built.\n') });
    assert.equal(read(from, LOOPBACK).length, 3);
    assert.throws(() => read(from, FAR), { message: /\nwire-linux: addon\.node is no addon$/ });
  });

  it('an addon in the package of another platform', (t) => {
    const from = writeRelease(t, { linux: elf(183) });
    assert.throws(() => read(from, FAR), {
      message: /\nwire-linux: addon\.node is ELF for arm64, not ELF for x64$/,
    });
  });

  it('provenance wants a repository', (t) => {
    assert.throws(() => read(writeRelease(t), FAR, true), {
      message: /\nwire names no repository/,
    });
    const repository = 'https://git.example/wire';
    assert.equal(read(writeRelease(t, { repository }), FAR, true).length, 3);
  });
});

describe('publishing: whose addon it is', () => {
  it('is told by its first bytes', () => {
    assert.deepEqual(machineOf(elf(62)), { format: 'ELF', cpu: 'x64' });
    assert.deepEqual(machineOf(elf(183)), { format: 'ELF', cpu: 'arm64' });
    assert.deepEqual(machineOf(machO(0x01000007)), { format: 'Mach-O', cpu: 'x64' });
    assert.deepEqual(machineOf(machO(0x0100000c)), { format: 'Mach-O', cpu: 'arm64' });
    assert.deepEqual(machineOf(pe(0x8664)), { format: 'PE', cpu: 'x64' });
    assert.deepEqual(machineOf(pe(0xaa64)), { format: 'PE', cpu: 'arm64' });
    assert.equal(machineOf(Buffer.alloc(64)), null);
    assert.equal(machineOf(Buffer.from('MZ')), null);
    const beyond = pe(0x8664);
    beyond.writeUInt32LE(0xffff_ffff, 60);
    assert.equal(machineOf(beyond), null);
  });

  it('of this Node, it is for this machine', () => {
    const platform = { os: [process.platform], cpu: [process.arch] };
    assert.equal(mismatch(process.execPath, platform), null);
    const other = { os: [process.platform], cpu: [process.arch === 'x64' ? 'arm64' : 'x64'] };
    assert.match(String(mismatch(process.execPath, other)), /^is .* for .*, not /);
  });
});
