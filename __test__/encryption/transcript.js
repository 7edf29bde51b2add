'use strict';

// node __test__/encryption/transcript.js > src/mse/transcript.txt: an exchange by the reference, for
// the tests of the crate.

const reference = require('./reference.js');
const { choice, mark, offer, publicKey, sharedSecret, streamOf, veiled } = reference;

const INFO_HASH = Buffer.from('an info hash of 20 b');
const INITIAL = Buffer.alloc(68, 0x19);

/** What one side needs of chance: private key, two lengths, padding. */
const RANDOM_LENGTH = 20 + 2 + 2 + 512;

/** @param {number} seed */
function randomOf(seed) {
  const bytes = Buffer.alloc(RANDOM_LENGTH);
  for (let i = 0; i < RANDOM_LENGTH; i++) bytes[i] = (i * i + seed * (i + 7)) >> 2;
  return bytes;
}

/** @param {Buffer} random */
function takeApart(random) {
  const [first, second] = [random.readUInt16BE(20) % 513, random.readUInt16BE(22) % 513];
  return { secret: random.subarray(0, 20), padding: random.subarray(24, 24 + first), second };
}

function transcript() {
  const randoms = [randomOf(31), randomOf(77)];
  const [a, b] = randoms.map(takeApart);
  const keys = [publicKey(a.secret), publicKey(b.secret)];
  const shared = sharedSecret(a.secret, keys[1]);
  const fromA = streamOf('initiator', shared, INFO_HASH);
  const fromB = streamOf('responder', shared, INFO_HASH);
  const offered = fromA(offer({ padding: a.second, initial: INITIAL }));
  const lines = {
    'random A': randoms[0],
    'random B': randoms[1],
    'message 1': Buffer.concat([keys[0], a.padding]),
    'message 2': Buffer.concat([keys[1], b.padding]),
    'message 3': Buffer.concat([mark(shared), veiled(shared, INFO_HASH), offered]),
    'message 4': fromB(choice({ padding: b.second })),
    'then A': fromA(Buffer.from('what A says after it')),
    'then B': fromB(Buffer.from('what B says after it')),
  };
  return Object.entries(lines)
    .map(([name, bytes]) => `${name} ${bytes.toString('hex')}\n`)
    .join('');
}

if (require.main === module) process.stdout.write(transcript());

module.exports = { transcript };
