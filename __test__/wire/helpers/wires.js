'use strict';

const pwp = require('../../../index.js');
const bytes = require('../../hostile/helpers/bytes.js');

/**
 * A wire that has had the peer's handshake.
 * @param {object} [options]
 */
function shaken(options) {
  const wire = pwp(options);
  wire.write(bytes.handshake());
  return wire;
}

/**
 * A wire in the middle of its life: nobody chokes, a request of ours and one of the peer wait, and
 * nothing is left to read.
 * @param {object} [options]
 */
function busy(options) {
  const wire = shaken(options);
  wire.write(Buffer.concat([bytes.unchoke, bytes.interested, bytes.have(3)]));
  wire.unchoke();
  wire.request(7, 8, 9, () => {});
  wire.write(bytes.request(1, 2, 3));
  wire.read();
  return wire;
}

/**
 * What can be seen of a wire, as it is now.
 * @param {import('../../../index.js')} wire
 */
function snapshot(wire) {
  const { requests, peerRequests, peerPieces } = wire;
  return {
    amChoking: wire.amChoking,
    amInterested: wire.amInterested,
    peerChoking: wire.peerChoking,
    peerInterested: wire.peerInterested,
    peerPieces: [...peerPieces],
    peerExtensions: { ...wire.peerExtensions },
    peerAddress: wire.peerAddress,
    uploaded: wire.uploaded,
    downloaded: wire.downloaded,
    pieceCount: wire.pieceCount,
    closeReason: wire.closeReason,
    destroyed: wire.destroyed,
    requests: requests.map(({ piece, offset, length }) => [piece, offset, length]),
    peerRequests: peerRequests.map(({ piece, offset, length }) => [piece, offset, length]),
    listeners: wire.eventNames().map((name) => [name, wire.listenerCount(name)]),
  };
}

/**
 * Everything there is to read, as one Buffer.
 * @param {import('../../../index.js')} wire
 */
function output(wire) {
  const chunks = [];
  for (let chunk = wire.read(); chunk !== null; chunk = wire.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

module.exports = { busy, bytes, output, pwp, shaken, snapshot, turn };
