'use strict';

const net = require('node:net');
const { HANDSHAKE, INFO_HASH, PEER_ID } = require('../bytes.js');
const { Counterpart } = require('../processes/counterpart.js');
const { compared } = require('../rows.js');
const { settled } = require('../settled.js');
const { RUNNERS, TRANSPORT, loadTransport, portOf } = require('../transports.js');
const { workload } = require('./workload.js');

// Connections that were dialled by peers in another process, and have nothing to say after the handshakes.

const NAME = 'transport-idle';
const WANTED = 10_000;
const WARM = 100; // connections: what is made once, for all of them
const SPARE = 500; // files, for whatever else is open at an end

/** As many as the limit on open files allows at each end; Node has raised it as far as it may. */
function possible() {
  const report = /** @type {any} */ (process.report.getReport());
  const limit = Number(report.userLimits?.open_files.soft); // or 'unlimited', or no limits at all
  return Number.isNaN(limit) ? WANTED : Math.min(WANTED, limit - WARM - SPARE);
}

const CONNECTIONS = possible();

function missing() {
  return CONNECTIONS < WARM ? 'hardly any files may be open at once' : null;
}

/**
 * Answers handshakes on sockets without wires.
 * @param {any[]} kept
 * @param {() => void} onHandshake
 */
function listenBare(kept, onHandshake) {
  return portOf(
    net.createServer((socket) => {
      kept.push(socket);
      let missing = HANDSHAKE.length;
      socket.on('data', (bytes) => {
        missing -= bytes.length;
        if (missing > 0) return;
        socket.write(HANDSHAKE);
        onHandshake();
      });
    }),
  );
}

/** @param {typeof RUNNERS[number]} runner */
async function run(runner) {
  /** @type {any[]} */
  const kept = [];
  let handshakes = 0;
  const onHandshake = () => {
    handshakes++;
  };
  const port =
    runner === 'bare'
      ? await listenBare(kept, onHandshake)
      : await (await loadTransport(runner)).listen((wire) => {
          kept.push(wire);
          wire.once('handshake', () => {
            wire.handshake(INFO_HASH, PEER_ID);
            onHandshake();
          });
        });
  const accept = async (/** @type {number} */ connections) => {
    const dialler = new Counterpart('dialler', { port, connections });
    await dialler.next('connected');
    return { dialler, memory: await settled() };
  };
  const before = await accept(WARM);
  const after = await accept(CONNECTIONS);
  for (const { dialler } of [before, after]) dialler.close();
  if (kept.length !== WARM + CONNECTIONS) throw new Error('there are not as many as were dialled');
  const resident = (after.memory.rss - before.memory.rss) / CONNECTIONS;
  const heap = (after.memory.heapUsed - before.memory.heapUsed) / CONNECTIONS;
  const digest = runner === 'bare' ? null : `${handshakes} handshakes`;
  return { values: { heap, resident }, digest, seen: handshakes };
}

const COUNT = CONNECTIONS.toLocaleString('en');
const LIMIT = CONNECTIONS < WANTED ? ' (as many as may be open)' : '';

module.exports = {
  workloads: [workload({ name: NAME, runners: RUNNERS, missing, run })],
  rows: [
    compared({
      table: 'transport',
      title: `memory, ${COUNT} idle connections${LIMIT}, resident each`,
      workload: NAME,
      value: 'resident',
      unit: 'B',
      of: TRANSPORT,
      to: 'original',
      most: 0.5,
    }),
  ],
};
