'use strict';

// The wire itself.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('wire.js', [
    ['unchoke is sent again', '    if (!this.amChoking) return;\n', ''],
    ['a choke keeps the requests', '    this.#session.clearUploads();\n', ''],
    [
      "a Buffer's whole memory is sent for a bitfield",
      'bitfield instanceof Uint8Array ? bitfield : bitfield?.buffer',
      'bitfield?.buffer ?? bitfield',
    ],
    [
      'a bitfield is changed after it was sent',
      'this.#outbound.payload(Buffer.from(bits));',
      'this.#outbound.payload(bits);',
    ],
    [
      'a request is sent to a peer that chokes',
      "    if (this.peerChoking) return callback(failure('ERR_PWP_PEER_CHOKING'));\n",
      '',
    ],
    [
      'a request leaves a trace when its length is wrong',
      "    uint32(length, 'length');\n    this.#session.downloads.add(index, offset, length, callback);",
      "    this.#session.downloads.add(index, offset, length, callback);\n    uint32(length, 'length');",
    ],
    [
      'what was uploaded is told after the bytes',
      "    this.emit('upload', block.length);\n    this.#outbound.three(records.PIECE, index, offset, block.length);\n    this.#outbound.payload(block);",
      "    this.#outbound.three(records.PIECE, index, offset, block.length);\n    this.#outbound.payload(block);\n    this.emit('upload', block.length);",
    ],
    [
      'a cancel leaves the request',
      '    this.#session.downloads.cancel(index, offset, length);\n',
      '',
    ],
    ['a keep-alive outlives the wire', '    this.#stopKeepAlive();\n    try {', '    try {'],
    ['two keep-alives at once', '    this.#stopKeepAlive();\n    if (enabled', '    if (enabled'],
    [
      '`close` twice',
      '    this.#closed = true;\n    if (error) this.closeReason',
      '    if (error) this.closeReason',
    ],
    [
      'an `error` that nobody listens for ends the process',
      "if (error && this.listenerCount('error') > 0) this.emit('error', error);",
      "if (error) this.emit('error', error);",
    ],
    [
      'a handler of `close` that throws keeps the wire open',
      '    } finally {\n      this.end();',
      '    } finally {\n      if (this.closeReason) this.end();',
    ],
    [
      '`end` never comes where nobody reads',
      'if (this.#closed || this.#unread) process.nextTick(Wire.#drain, this);',
      '',
    ],
    [
      '`end` never comes when the reader goes after the end',
      'if (this.writableFinished && this.#unread) process.nextTick(Wire.#drain, this);',
      '',
    ],
    [
      'a read does not announce what was held back',
      '    this.#outbound.resumeUploads();\n    return chunk;',
      '    return chunk;',
    ],
    ['the readable side stays open', '    this.push(null);\n', ''],
    [
      'the number of pieces is not told to the decoder',
      'if (!this.writableFinished) this.#session.pieceCount = count;',
      '',
    ],
  ]),
  ...of('pieces.js', [
    ['the bits of a byte are read from the lowest', '(byte & 128) !== 0', '(byte & 1) !== 0'],
    ['the last pieces are left out', 'for (; i < count; i++)', 'for (; i < 0; i++)'],
    [
      'pieces that are gone stay',
      'pieces[i + 7] = (byte & 1) !== 0;',
      'pieces[i + 7] ||= (byte & 1) !== 0;',
    ],
  ]),
];
