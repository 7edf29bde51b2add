'use strict';

// A worker in which two wires talk: for good, or until so many blocks have come.

const { parentPort, workerData } = require('node:worker_threads');
const native = require('../../../lib/addon.js');
const pwp = require('../../../index.js');

const { blocks, how } = workerData;
const [seeder, leecher] = [pwp(), pwp()];
seeder.pipe(leecher).pipe(seeder);
seeder.on('request', (piece, _offset, length, respond) => {
  respond(null, Buffer.alloc(length, piece));
});

let count = 0;
let right = 0;
function next() {
  const piece = count % 200;
  leecher.request(piece, 0, 16384, (error, block) => {
    if (error) return;
    count++;
    if (block.equals(Buffer.alloc(16384, piece))) right++;
    if (count === 50) parentPort.postMessage('busy');
    if (count < blocks) {
      // Now and then the loop gets its turn, so that a worker can be asked to stop.
      if (count % 50 === 0) setImmediate(next);
      else next();
      return;
    }
    if (how === 'exit in a handler') process.exit(7);
    parentPort.postMessage({ count, right, open: native.openCount() });
    leecher.destroy();
  });
}

const hash = Buffer.alloc(20, 1);
seeder.handshake(hash, hash);
leecher.handshake(hash, hash);
seeder.unchoke();
leecher.once('unchoke', next);
