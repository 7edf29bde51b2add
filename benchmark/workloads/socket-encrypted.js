'use strict';

const net = require('node:net');
const { BLOCK_LENGTH } = require('../bytes.js');
const { cipherAlone } = require('../cipher.js');
const { ENCRYPTING, UNABLE, answer, loadEncrypting } = require('../encrypted.js');
const { Meter, withoutMeter } = require('../measure.js');
const { APART } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { against } = require('../rows.js');
const { piped } = require('../transports.js');
const { NAME: IN_THE_CLEAR, receive } = require('./socket-receive.js');
const { workload } = require('./workload.js');

// The same as socket-receive over RC4: less of it, since the sender has enciphered all of it before.
//
// And the cipher alone: the time in its calls, where a bare socket receives as many bytes. In a loop of
// its own it is a tenth faster, as long as no other core moves memory.

const NAME = 'socket-encrypted';
const CIPHER = 'cipher';
const WARM = 4096;
const MEASURED = 32768; // 512 MiB
const BLOCKS = WARM + MEASURED;

async function decipher() {
  const cipher = cipherAlone();
  const sender = new Counterpart('blaster', { blocks: BLOCKS }, APART.other);
  const { port } = await sender.next('listening');
  const meter = new Meter();
  let bytes = 0;
  let measured = 0;
  let chunks = 0;
  await new Promise((resolve) => {
    net.connect(port, '127.0.0.1').on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes < WARM * BLOCK_LENGTH) {
        cipher(chunk);
        return;
      }
      meter.start();
      cipher(chunk);
      meter.stop();
      measured += chunk.length;
      chunks++;
      if (bytes >= BLOCKS * BLOCK_LENGTH) resolve(undefined);
    });
  });
  sender.close();
  const { cpu, wall } = withoutMeter(meter, chunks);
  return { values: { cpu: cpu / measured, wall: wall / measured }, digest: null, seen: 0 };
}

/**
 * @param {import('../transports.js').Transport['connect']} connect
 * @param {(wire: any) => boolean} isEncrypted
 * @param {Meter} meter
 * @param {{ warm: number, measured: number }} [volume] in blocks
 */
async function download(
  connect,
  isEncrypted,
  meter,
  { warm, measured } = { warm: WARM, measured: MEASURED },
) {
  const blocks = warm + measured;
  const sender = new Counterpart('encrypted-blaster', { blocks }, APART.other);
  const { port } = await sender.next('listening');
  const wire = connect(port);
  const [seen, digest] = await new Promise((resolve) => {
    const done = (/** @type {number} */ bytes, /** @type {string} */ hash) =>
      resolve([bytes, hash]);
    receive(wire, { warm, blocks }, meter, done);
    answer(wire);
  });
  if (!isEncrypted(wire)) throw new Error('it is in the clear');
  sender.close();
  return { values: meter.per(measured * BLOCK_LENGTH), digest, seen };
}

/** @param {typeof ENCRYPTING[number] | typeof CIPHER} runner */
async function run(runner) {
  if (runner === CIPHER) return decipher();
  const { create, isEncrypted } = await loadEncrypting(runner);
  return download(piped(() => create('responder')).connect, isEncrypted, new Meter());
}

const UNIT = 'CPU s/GB';

module.exports = {
  download,
  workloads: [
    workload({ name: NAME, runners: [CIPHER, ...ENCRYPTING], unable: UNABLE, cores: APART, run }),
  ],
  rows: [
    against({
      title: 'RC4 received; original in the clear, and the cipher',
      workload: NAME,
      unit: UNIT,
      other: { workload: IN_THE_CLEAR, runner: 'original' },
      plus: CIPHER,
      most: 1,
    }),
    against({
      title: 'RC4 received; bittorrent-protocol in the clear',
      workload: NAME,
      unit: UNIT,
      other: { workload: IN_THE_CLEAR, runner: 'bittorrent-protocol' },
      most: 1,
    }),
    against({
      title: 'RC4 received; bittorrent-protocol over RC4',
      workload: NAME,
      unit: UNIT,
      other: { workload: NAME, runner: 'bittorrent-protocol' },
      most: 1 / 5,
    }),
  ],
};
