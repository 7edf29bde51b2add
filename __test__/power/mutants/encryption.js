'use strict';

// Wires that are encrypted: the exchange, what waits for its end, and the memory of what is deciphered.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('encryption.js', [
    ['where encryption is required plain is offered', 'isRequired ? RC4 : ANY', 'ANY'],
    ['where encryption is required a peer may go without', '      !isRequired,\n', '      true,\n'],
    ['what waited for the end is not sent', '    this.take(held);\n', ''],
    [
      'what waited for the end counts as unread for ever',
      '    this.held = 0;\n    this.take(held);',
      '    this.take(held);',
    ],
    [
      'the time limit outlives the exchange',
      '    if (this.#timer !== null) clearTimeout(this.#timer);\n',
      '',
    ],
    [
      'what waited stays where the connection goes on in the clear',
      " || this.method === 'rc4' || this.outgoing.length > 0",
      " || this.method === 'rc4'",
    ],
    ['a chunk taken away goes on through the exchange', ' && !delivery.isTaken', ''],
    ['the time limit keeps the process', '    this.#timer.unref();\n', ''],
    [
      'a byte behind the initial payload is lost',
      'const rest = held.subarray(mostInitial);',
      'const rest = held.subarray(mostInitial + 1);',
    ],
    [
      'what a peer in the clear sends is deciphered',
      'this.isReceiving = method !== false && native.isReceivingEncrypted(this.#slot);',
      'this.isReceiving = true;',
    ],
    [
      'a connection that ends after the answer is said to have had none',
      '    this.#isAnswered = true;\n',
      '',
    ],
    [
      'the second piece is enciphered where the first one lies',
      'for (const piece of pieces) hot.seal(out, piece);',
      'for (const piece of pieces) {\n      control[AT] = 0;\n      hot.seal(out, piece);\n    }',
    ],
    [
      'an info hash that was told before it was asked for is the answer',
      "    this.#answer = null;\n    this.#wire.emit('crypto-infohash'",
      "    this.#wire.emit('crypto-infohash'",
    ],
    [
      'a peer that is refused goes on',
      '    this.#session.refuse(violation(code, message));',
      '    void violation(code, message);',
    ],
  ]),
  ...of('torrents.js', [
    [
      'torrents are remembered without an end',
      '    if (shaken.size <= MOST) break;\n',
      '    break;\n',
    ],
    ['a list of torrents is for all that was shaken', '(torrents ?? shaken)', 'shaken'],
  ]),
  ...of('inbound.js', [
    [
      'a peer that is refused is asked about again when a handler threw',
      'if (!encryption.isSettled && this.#needs > 0)',
      'if (!encryption.isSettled)',
    ],
    ['what was not needed is not given back', 'giveBack(direct);', 'void direct;'],
    [
      'what lies behind the deciphered bytes is read too',
      'delivery.chunk = direct > 0 ? plain.subarray(0, length - direct) : plain;',
      'delivery.chunk = plain;',
    ],
    [
      'a long chunk is deciphered as far as one call goes',
      '    if (delivery.isSealed) delivery.status = FULL;\n  }\n\n  /**\n   * Goes on with a chunk',
      '  }\n\n  /**\n   * Goes on with a chunk',
    ],
    [
      'the rest of a long chunk is lost behind a block that spans calls',
      '    delivery.at = chunk.length;\n    if (delivery.isSealed) delivery.status = FULL;',
      '    delivery.at = chunk.length;',
    ],
    [
      'a payload lies where the part before was deciphered to',
      '    delivery.memory = null;\n    if (!encryption.isReceiving)',
      '    if (!encryption.isReceiving)',
    ],
    [
      'a block in its memory already is taken for an empty one',
      '    control[GATHERED] = this.#filled;\n    hot.decode(sealed',
      '    control[GATHERED] = 0;\n    hot.decode(sealed',
    ],
  ]),
  ...of('memory.js', [
    ['a block goes on beyond the slab', '  if (start + length > SLAB_SIZE) return null;\n', ''],
    ['a block goes on where others have theirs', '  slabUsed = start + length;\n', ''],
    [
      'a block goes on that was not the last',
      'if (bytes.byteOffset + bytes.length !== slabUsed || bytes.buffer !== slab)',
      'if (bytes.buffer !== slab)',
    ],
  ]),
  ...of('outlet.js', [
    [
      'what waits for the exchange does not count as unread',
      'this.encryption === null ? 0 : this.encryption.held;',
      '0;',
    ],
    [
      'messages that lie unread encrypted do not count',
      'if (messages > 0 && this.wire',
      'if (messages > Infinity && this.wire',
    ],
  ]),
  ...of('wire.js', [
    [
      'a wire that has ended begins an exchange',
      '    if (this.writableFinished) return;\n    this.#outbound.encryption?.begin(hash);',
      '    this.#outbound.encryption?.begin(hash);',
    ],
  ]),
  ...of('session.js', [
    ['an exchange outlives its wire', '    this.#outbound.encryption?.close();\n', ''],
  ]),
];
