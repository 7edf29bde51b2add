'use strict';

// A process of its own for what may never end: a program asks for parts of a piece, and lt_donthave
// takes requests out of the list in between. Exits with 0 once every block has found its request.

const assert = require('node:assert/strict');
const pwp = require('../../../index.js');
const bytes = require('./bytes.js');

const wire = /** @type {any} */ (pwp());
wire.resume();
wire.write(Buffer.concat([bytes.handshake(), bytes.unchoke]));

let state = 1;
const below = (/** @type {number} */ count) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * count);
};

let settled = 0;

/** As lt_donthave does. @param {number} piece */
function dontHave(piece) {
  const { requests } = wire;
  for (let i = 0; i < requests.length; i++) {
    if (requests[i].piece !== piece) continue;
    const [request, last] = [requests[i], requests.pop()];
    if (i < requests.length) requests[i--] = last;
    wire._callback(request, new Error('peer sent donthave'), null);
  }
}

async function main() {
  for (let step = 0; step < 5000; step++) {
    while (wire.requests.length < 140) {
      wire.request(below(60), 0, 1 + below(4), () => settled++);
    }
    if (below(10) === 0) {
      dontHave(below(60));
      continue;
    }
    const { piece, length } = wire.requests[below(wire.requests.length)];
    const before = settled;
    wire.write(bytes.piece(piece, 0, Buffer.alloc(length)));
    assert.equal(settled, before + 1, `the block ${piece} ${length} has found no request`);
    if (step % 500 === 0) await new Promise(setImmediate);
  }
}

main();
