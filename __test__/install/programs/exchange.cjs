'use strict';

// Two wires over TCP: a handshake, a request, a block.

const { createHash } = require('node:crypto');
const { once } = require('node:events');
const net = require('node:net');

const INFO_HASH = '0123456789abcdef0123456789abcdef01234567';
const BLOCK = Buffer.alloc(16_384, 'a block of a piece');

/**
 * @param {any} pwp
 * @param {net.Socket} socket
 * @param {(wire: any) => void} setUp
 */
function wireOn(pwp, socket, setUp) {
  const wire = pwp();
  socket.pipe(wire).pipe(socket);
  socket.on('error', () => {});
  socket.on('close', () => wire.destroy());
  setUp(wire);
}

/**
 * @param {any} pwp the package
 * @returns {Promise<{ peerId: string, received: string }>} who answered, and the SHA-1 of what came
 */
async function exchange(pwp) {
  const server = net.createServer((socket) => {
    wireOn(pwp, socket, (wire) => {
      wire.on('handshake', () => wire.handshake(INFO_HASH, '-XX0001-seeder------'));
      wire.on('interested', () => wire.unchoke());
      wire.on('request', (_piece, _offset, _length, respond) => respond(null, BLOCK));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect(server.address().port, '127.0.0.1');
  const answer = await new Promise((resolve, reject) => {
    let peerId;
    socket.on('error', reject);
    wireOn(pwp, socket, (wire) => {
      wire.handshake(INFO_HASH, '-XX0001-leecher-----');
      wire.on('handshake', (_infoHash, id) => {
        peerId = id.toString();
        wire.interested();
      });
      wire.on('unchoke', () => {
        wire.request(3, 0, BLOCK.length, (error, block) => {
          if (error) reject(error);
          else resolve({ peerId, received: createHash('sha1').update(block).digest('hex') });
        });
      });
    });
  });
  socket.destroy();
  server.close();
  return answer;
}

const expected = {
  peerId: '-XX0001-seeder------',
  received: createHash('sha1').update(BLOCK).digest('hex'),
};

module.exports = { exchange, expected };
