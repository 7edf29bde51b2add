'use strict';

const { randomBytes } = require('node:crypto');
const native = require('../lib/addon.js');
const { AT, SLOT } = require('../lib/records.js');
const { control } = require('../lib/tables.js');
const { INFO_HASH } = require('./bytes.js');
const { Initiator } = require('./initiator.js');

const RC4 = 2;
const LENGTH = 64 * 1024;

/**
 * The cipher of this package alone, without a wire: the least that an encrypted connection can cost it.
 * @returns {(chunk: Uint8Array) => void} deciphers a chunk of at most 64 KiB to where nobody looks
 */
function cipherAlone() {
  const slot = native.open(2 ** 20, 2 ** 21, null, false);
  native.beginExchange(
    slot,
    randomBytes(native.exchangeConstants().randomLength),
    RC4,
    false,
    null,
  );
  let isSettled = false;
  const peer = new Initiator(
    (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const came = native.readExchange(slot, bytes.subarray(at));
        at += came.at;
        if (came.request) native.identify(slot, INFO_HASH);
        if (came.method) isSettled = true;
        if (came.output) peer.read(came.output);
      }
    },
    () => {},
  );
  peer.begin();
  if (!isSettled) throw new Error('the exchange came to nothing');
  const out = Buffer.alloc(LENGTH);
  return (chunk) => {
    control[SLOT] = slot;
    control[AT] = 0;
    native.seal(out, chunk);
  };
}

module.exports = { cipherAlone };
