'use strict';

// `close` is emitted twice, and `end` never if nobody reads

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const bytes = require('./helpers/bytes.js');
const { KINDS, it, sockets, until } = require('./helpers/loopback.js');
const { watch } = require('./helpers/watch.js');
const pwp = require('../../index.js');

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** What may end a wire on a socket. */
const CAUSES = {
  'destroy()': ({ wire }) => wire.destroy(),
  'destroy() three times': ({ wire }) => wire.destroy().destroy().destroy(new Error('late')),
  'end()': ({ wire }) => wire.end(),
  'end(), then destroy()': ({ wire }) => {
    wire.end();
    wire.destroy();
  },
  'destroy() in close': ({ wire }) => {
    wire.once('close', () => wire.destroy());
    wire.destroy();
  },
  'the peer ends': ({ peer }) => peer.end(),
  'the peer goes away': ({ peer, wire, socket }) => {
    socket?.on('close', () => wire.destroy());
    peer.resetAndDestroy();
  },
  'the peer breaks the protocol': ({ peer }) => peer.write(bytes.u32(0xffffffff)),
  'the peer breaks the protocol and goes': ({ peer }) => peer.end(bytes.u32(0xffffffff)),
  'the peer breaks what was agreed on': ({ peer }) => {
    peer.write(Buffer.concat(Array(9).fill(bytes.haveAll)));
  },
  'an extension throws': ({ peer }) => peer.write(bytes.extended(1, Buffer.from('x'))),
  'an extension throws, and the peer goes': ({ peer }) =>
    peer.end(bytes.extended(1, Buffer.from('x'))),
};

/** An extension that is wrong. */
class Throws {
  onMessage() {
    throw new TypeError('no such field');
  }
}
Throws.prototype.name = 'throws';

/** The peer's handshake, to a wire that speaks all there is. */
const SHAKE = bytes.handshake(bytes.BITS.fast);

/** @param {any} wire */
function speak(wire) {
  wire.use(Throws);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { fast: true });
}

/** How the wire's output is read. */
const READERS = {
  'piped to the socket': (wire, socket) => wire.pipe(socket),
  'with a data listener': (wire) => wire.on('data', () => {}),
  'with a readable listener': (wire) => wire.on('readable', () => wire.read()),
  resumed: (wire) => wire.resume(),
  'by nobody': () => {},
  paused: (wire) => wire.pause(),
  'no longer': (wire, socket) => {
    wire.pipe(socket);
    wire.unpipe(socket);
  },
};

/**
 * A wire on which something is under way is ended.
 * @param {{ peer: import('node:net').Socket, wire: any, socket: import('node:net').Socket | null }} connection
 * @param {(connection: any) => void} end
 */
async function comesToItsEnd({ peer, wire, socket }, end) {
  const { ends } = watch(wire);
  speak(wire);
  peer.resume();
  peer.write(Buffer.concat([SHAKE, bytes.unchoke]));
  await once(wire, 'unchoke');
  wire.setKeepAlive(true);
  wire.have(1);
  let failures = 0;
  wire.request(0, 0, 1, (/** @type {any} */ error) => {
    assert.equal(error?.code, 'ERR_PWP_WIRE_CLOSED');
    failures++;
  });
  end({ wire, peer, socket });
  await until(() => new Set(ends).size === 3, `the end: ${ends}`);
  await settled();
  assert.deepEqual([...ends].sort(), ['close', 'end', 'finish']);
  assert.ok(ends.indexOf('finish') < ends.indexOf('end'), `${ends}`);
  assert.equal(failures, 1);
  assert.equal(wire.destroyed, true);
}

for (const [how, read] of Object.entries(READERS)) {
  describe(`close, finish and end come once, read ${how}`, () => {
    for (const [cause, end] of Object.entries(CAUSES)) {
      test(cause, async (t) => {
        const { near: peer, far: socket } = await sockets(t);
        const wire = pwp();
        socket.pipe(wire);
        read(wire, socket);
        await comesToItsEnd({ peer, wire, socket }, end);
      });
    }
  });
}

describe('close, finish and end come once, with a socket of its own', () => {
  const { connect } = KINDS['a wire with a socket of its own'];
  for (const [cause, end] of Object.entries(CAUSES)) {
    test(cause, async (t) => {
      await comesToItsEnd(await connect(t), end);
    });
  }
});

it('others go on while wires end in every way', async ({ t, connect, healthyPair }) => {
  const healthy = await healthyPair();
  t.after(() => healthy.close());
  for (const end of Object.values(CAUSES)) {
    const connection = await connect(t);
    const { ends } = watch(connection.wire);
    speak(connection.wire);
    connection.peer.write(SHAKE);
    await once(connection.wire, 'handshake');
    assert.ok(await healthy.transfer());
    end(connection);
    await until(() => ends.includes('end'), 'the end');
    assert.ok(await healthy.transfer());
  }
});

test('an unread wire gives its peer the end, not silence', async (t) => {
  const { near: peer, far: socket } = await sockets(t);
  const wire = pwp();
  socket.pipe(wire);
  wire.on('end', () => socket.end());
  peer.write(bytes.handshake());
  await once(wire, 'handshake');
  wire.bitfield(Buffer.alloc(1000));
  const gone = once(peer.resume(), 'end');
  wire.destroy();
  await gone;
});
