'use strict';

// Programs in a vm context, which has a Uint8Array, an Array and an Error of its own: given the
// package, and with the package loaded inside, as test runners do.

const assert = require('node:assert/strict');
const vm = require('node:vm');
const pwp = require('peer-wire-protocol-native');
const { check } = require('./checks.cjs');
const { loadInside } = require('./inside.cjs');

const HASH = Buffer.alloc(20, 1);

/** A context with the package, and two wires that are piped into each other. @param {any} given */
function contextOf(given) {
  const [near, far] = [given(), given()];
  near.pipe(far).pipe(near);
  return vm.createContext({ pwp: given, near, far, Buffer, setImmediate });
}

/** @param {any} context @param {string} code of an async function */
const run = (context, code) =>
  vm.runInContext(
    `(async () => {
      const when = (wire, event) =>
        new Promise((resolve) => wire.once(event, (...args) => resolve(args)));
      ${code}
    })()`,
    context,
  );

const shake = `
  const shaken = when(far, 'handshake');
  near.handshake(new Uint8Array(20).fill(1), new Uint8Array(20).fill(2));
  const [hash, id] = await shaken;
  far.handshake(hash, id);
  await when(near, 'handshake');`;

/** What has to hold in a context. @type {[string, string, any][]} */
const CASES = [
  [
    'wires are made, and extended',
    `
    class Mine extends pwp {}
    const wire = new Mine({ pieceCount: 3 });
    return [wire instanceof pwp, pwp() instanceof pwp.Wire, wire.pieceCount];`,
    [true, true, 3],
  ],
  [
    'hashes that are its bytes',
    `${shake}
    return [hash.toString('hex'), id.toString('hex')];`,
    ['01'.repeat(20), '02'.repeat(20)],
  ],
  [
    'blocks that are its bytes',
    `${shake}
    far.unchoke();
    await when(near, 'unchoke');
    far.on('request', (piece, offset, length, respond) => {
      respond(null, new Uint8Array(length).fill(piece));
    });
    const block = await near.requestBlock(7, 0, 16384);
    return [Buffer.isBuffer(block), block.length, block.every((byte) => byte === 7)];`,
    [true, 16_384, true],
  ],
  [
    'a piece that is its bytes',
    `${shake}
    const told = when(far, 'piece');
    near.piece(1, 2, new Uint8Array([3, 4]));
    const [piece, offset, block] = await told;
    return [piece, offset, block.toString('hex')];`,
    [1, 2, '0304'],
  ],
  [
    'a bitfield that is its bytes',
    `${shake}
    const told = when(far, 'bitfield');
    near.bitfield(new Uint8Array([0xa0]));
    return [(await told)[0].toString('hex'), far.peerPieces.length];`,
    ['a0', 8],
  ],
  [
    'an extended message that is its bytes',
    `${shake}
    const told = when(far, 'extended');
    near.extended(3, new Uint8Array([1, 2]));
    const [id3, payload] = await told;
    return [id3, payload.toString('hex')];`,
    [3, '0102'],
  ],
  [
    'an extended message of its objects',
    `${shake}
    const told = when(far, 'extended');
    near.extended(0, { a: { b: [1, new Uint8Array([0x78])] }, c: ['d'] });
    return (await told)[1].toString();`,
    'd1:ad1:bli1e1:xee1:cl1:dee',
  ],
  [
    'bytes that are written',
    `
    const told = when(near, 'handshake');
    pwp.prototype.write.call(near, Uint8Array.from(Buffer.concat([
      Buffer.from('\\x13BitTorrent protocol'), Buffer.alloc(8), Buffer.alloc(20, 5), Buffer.alloc(20, 6),
    ])));
    return (await told)[0].toString('hex');`,
    '05'.repeat(20),
  ],
  [
    'its errors',
    `
    const closed = when(near, 'close');
    const reason = new Error('enough');
    near.destroy(reason);
    await closed;
    return near.closeReason === reason;`,
    true,
  ],
  [
    'a mistake is refused, coded',
    `
    const codes = [];
    for (const wrong of [() => near.have('3'), () => near.piece(0, 0, [1]), () => near.handshake([], '')]) {
      try { wrong(); } catch (error) { codes.push(error.code); }
    }
    return codes;`,
    Array(3).fill('ERR_INVALID_ARG_TYPE'),
  ],
];

async function main() {
  for (const [where, given] of [
    ['given to a context', pwp],
    ['loaded in a context', loadInside('peer-wire-protocol-native')],
  ]) {
    await check(`${where}: it works outside`, () => {
      const wire = given();
      wire.handshake(HASH, HASH);
      assert.equal(wire.read().length, 68);
    });
    for (const [name, code, expected] of CASES) {
      await check(`${where}: ${name}`, async () => {
        // Arrays of the context are no arrays of ours.
        const found = JSON.parse(JSON.stringify(await run(contextOf(given), code)));
        assert.deepEqual(found, expected);
      });
    }
  }
}

main();
