'use strict';

// How a wire is told of encryption: options, a variable of the environment, methods.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const path = require('node:path');
const { describe, test } = require('node:test');
const native = require('../../lib/addon.js');
const reference = require('./reference.js');
const { INFO_HASH, PEER_ID, half, logOf, output, pwp } = require('./helpers/wires.js');

const TYPE = 'ERR_INVALID_ARG_TYPE';
const RANGE = 'ERR_OUT_OF_RANGE';
const SHORT = Buffer.alloc(19);

/** @type {[object, string, RegExp][]} */
const WRONG = [
  [{ encryption: 'on' }, RANGE, /options\.encryption/],
  [{ encryption: '' }, RANGE, /options\.encryption/],
  [{ encryption: 'Prefer' }, RANGE, /options\.encryption/],
  [{ encryption: true }, RANGE, /options\.encryption/],
  [{ encryption: null }, RANGE, /options\.encryption/],
  [{ encryption: ['off'] }, RANGE, /options\.encryption/],
  [{ infoHashes: 7 }, TYPE, /options\.infoHashes/],
  [{ infoHashes: true }, TYPE, /options\.infoHashes/],
  [{ infoHashes: {} }, TYPE, /options\.infoHashes/],
  [{ infoHashes: INFO_HASH.toString('hex') }, TYPE, /options\.infoHashes/],
  [{ infoHashes: INFO_HASH }, TYPE, /options\.infoHashes/],
  [{ infoHashes: [7] }, TYPE, /options\.infoHashes/],
  [{ infoHashes: [null] }, TYPE, /options\.infoHashes/],
  [{ infoHashes: [SHORT] }, RANGE, /options\.infoHashes/],
  [{ infoHashes: [INFO_HASH, Buffer.alloc(33)] }, RANGE, /options\.infoHashes/],
  [{ infoHashes: ['nothing hexadecimal'] }, RANGE, /options\.infoHashes/],
];

describe('wrong options', () => {
  for (const [options, code, message] of WRONG) {
    test(`${JSON.stringify(options).slice(0, 60)}: ${code}`, () => {
      for (const encryption of ['off', 'prefer']) {
        const given = /** @type {any} */ ({ encryption, ...options });
        const before = native.openCount();
        assert.throws(() => pwp(given), { code, message });
        // No decoder is left behind.
        assert.equal(native.openCount(), before);
      }
    });
  }

  test('what an iterable throws comes through, and leaves nothing behind', () => {
    const before = native.openCount();
    const infoHashes = {
      *[Symbol.iterator]() {
        yield INFO_HASH;
        throw new Error('mine');
      },
    };
    assert.throws(() => pwp({ encryption: 'prefer', infoHashes }), { message: 'mine' });
    assert.equal(native.openCount(), before);
  });
});

describe('the methods', () => {
  for (const method of /** @type {const} */ (['startEncryption', 'setInfoHash'])) {
    for (const encryption of /** @type {const} */ (['off', 'prefer', 'require'])) {
      test(`${method} with ${encryption} throws at what is no info hash, and changes nothing`, () => {
        const wire = /** @type {any} */ (pwp({ encryption }));
        for (const [value, code] of [
          [undefined, TYPE],
          [null, TYPE],
          [7, TYPE],
          [{}, TYPE],
          ['abc', RANGE],
          [SHORT, RANGE],
          [Buffer.alloc(31), RANGE],
        ]) {
          assert.throws(() => wire[method](value), { code });
        }
        assert.equal(output(wire).length, 0);
        assert.equal(wire.encrypted, false);
      });
    }
  }

  test('requestHash is the hash of the specification', () => {
    for (const hash of [INFO_HASH, new Uint8Array(INFO_HASH), INFO_HASH.toString('hex')]) {
      assert.deepEqual(pwp.requestHash(hash), reference.requestHash(INFO_HASH));
    }
    const long = createHash('sha256').update('a torrent').digest();
    const expected = reference.requestHash(long.subarray(0, 20));
    assert.deepEqual(pwp.requestHash(long), expected);
    assert.deepEqual(pwp.requestHash(long.toString('hex')), expected);
    for (const [value, code] of /** @type {[any, string][]} */ ([
      [7, TYPE],
      [undefined, TYPE],
      ['', RANGE],
      [SHORT, RANGE],
    ])) {
      assert.throws(() => pwp.requestHash(value), { code });
    }
  });
});

describe('which torrent it is', () => {
  for (const [what, value] of /** @type {[string, any][]} */ ([
    ['a Buffer', INFO_HASH],
    ['hex', INFO_HASH.toString('hex')],
    ['32 bytes', Buffer.concat([INFO_HASH, Buffer.alloc(12)])],
  ])) {
    test(`a handler of crypto-infohash tells, by ${what}`, () => {
      const { wire, third } = half({ infoHashes: [] });
      const log = logOf(wire, ['crypto-infohash', 'encryption']);
      wire.on('crypto-infohash', () => wire.setInfoHash(value));
      wire.write(third);
      const request = pwp.requestHash(INFO_HASH).toString('hex');
      assert.deepEqual(log, [
        ['crypto-infohash', request],
        ['encryption', 'rc4'],
      ]);
    });
  }

  test('the last of several handlers that tell is heard', () => {
    const { wire, third } = half({ infoHashes: [] });
    wire.on('crypto-infohash', () => wire.setInfoHash(Buffer.alloc(20, 1)));
    wire.on('crypto-infohash', () => wire.setInfoHash(INFO_HASH));
    wire.write(third);
    assert.equal(wire.encrypted, 'rc4');
  });

  test('nobody is asked for a torrent that is known', () => {
    const { wire, third } = half();
    const log = logOf(wire, ['crypto-infohash']);
    wire.write(third);
    assert.deepEqual(log, []);
    assert.equal(wire.encrypted, 'rc4');
  });

  test('what was told before it was asked counts for nothing', () => {
    const { wire, third } = half({ infoHashes: [] });
    wire.setInfoHash(INFO_HASH);
    wire.write(third);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_ENCRYPTION_TORRENT');
  });

  test('a function gets the 20 bytes that came, once', () => {
    /** @type {any[][]} */
    const calls = [];
    const infoHashes = (/** @type {any[]} */ ...args) => {
      calls.push(args);
      return INFO_HASH;
    };
    const { wire, third } = half({ infoHashes });
    assert.equal(calls.length, 0);
    for (const byte of third) wire.write(Buffer.from([byte]));
    assert.deepEqual(calls, [[reference.requestHash(INFO_HASH)]]);
    assert.ok(Buffer.isBuffer(calls[0][0]));
    assert.equal(wire.encrypted, 'rc4');
  });

  test('what wires without encryption shake hands about is not known', () => {
    const hash = createHash('sha1').update('of a wire without encryption').digest();
    pwp({ encryption: 'off' }).handshake(hash, PEER_ID);
    const { wire, third } = half({ infoHashes: null }, { infoHash: hash });
    wire.write(third);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_ENCRYPTION_TORRENT');
  });

  test('of 5,000 torrents of this process the newest 4,096 are known', () => {
    const of = (/** @type {number} */ i) => createHash('sha1').update(`torrent ${i}`).digest();
    const wire = pwp({ encryption: 'prefer' });
    for (let i = 0; i < 5000; i++) wire.startEncryption(of(i));
    for (const [i, isKnown] of /** @type {[number, boolean][]} */ ([
      [0, false],
      [903, false],
      [904, true],
      [4999, true],
    ])) {
      const { wire: asked, third } = half({ infoHashes: null }, { infoHash: of(i) });
      asked.write(third);
      assert.equal(asked.encrypted, isKnown ? 'rc4' : false, `torrent ${i}`);
    }
  });
});

describe('PEER_WIRE_PROTOCOL_ENCRYPTION', () => {
  const index = JSON.stringify(path.join(__dirname, '../../index.js'));
  /** @param {string | undefined} value @param {string} options @returns {string} what the program says */
  const run = (value, options) => {
    const program = `
      const pwp = require(${index});
      let wire;
      try {
        wire = pwp(${options});
      } catch (error) {
        console.log(error.code, /encryption/.test(error.message));
        process.exit();
      }
      wire.handshake(Buffer.alloc(20), Buffer.alloc(20));
      const first = wire.read();
      console.log(first.includes('BitTorrent protocol') ? 'clear' : 'encrypted');
    `;
    const env = { ...process.env, PEER_WIRE_PROTOCOL_ENCRYPTION: value };
    if (value === undefined) delete env.PEER_WIRE_PROTOCOL_ENCRYPTION;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      env,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout.trim();
  };

  for (const [value, options, expected] of /** @type {[string | undefined, string, string][]} */ ([
    [undefined, '', 'clear'],
    ['', '', 'clear'],
    ['off', '', 'clear'],
    ['prefer', '', 'encrypted'],
    ['prefer', '{}', 'encrypted'],
    ['prefer', '{ encryption: undefined }', 'encrypted'],
    ['prefer', "{ encryption: 'off' }", 'clear'],
    ['require', '', 'encrypted'],
    ['off', "{ encryption: 'require' }", 'encrypted'],
    ['yes', '', 'ERR_OUT_OF_RANGE true'],
    ['yes', "{ encryption: 'off' }", 'clear'],
  ])) {
    test(`${value === undefined ? 'not set' : `"${value}"`}, pwp(${options}): ${expected}`, () => {
      assert.equal(run(value, options), expected);
    });
  }
});
