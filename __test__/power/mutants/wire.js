'use strict';

// The wire itself.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('wire.js', [
    ['unchoke is sent again', '    if (!this.amChoking) return;\n', ''],
    ['a choke keeps the requests', '    this.#session.choke();\n', ''],
    [
      "a Buffer's whole memory is sent for a bitfield",
      'bitfield instanceof Uint8Array ? bitfield : bitfield?.buffer',
      'bitfield?.buffer ?? bitfield',
    ],
    [
      'a bitfield is changed after it was sent',
      'const payload = Buffer.from(bits);',
      'const payload = bits;',
    ],
    [
      'a request is sent to a peer that chokes',
      'if (this.peerChoking && !this.#session.isAllowedFast(index)) {',
      'if (index === -2) {',
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
    [
      'the number of pieces is not told to the decoder',
      '    this.#session.pieceCount = count;\n',
      '',
    ],
  ]),
  ...of('stream.js', [
    ['`close` twice', '    this.#closed = true;\n    this.closeReason', '    this.closeReason'],
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
      'if (this.#closed || this.#unread) process.nextTick(WireStream.#drain, this);',
      '',
    ],
    [
      '`end` never comes when the reader goes after the end',
      'if (this.writableFinished && this.#unread) process.nextTick(WireStream.#drain, this);',
      '',
    ],
    [
      'a read does not announce what was held back',
      '    this.#session.outbound.resumeUploads();\n    return chunk;',
      '    return chunk;',
    ],
    ['the readable side stays open', '    this.push(null);\n', ''],
  ]),
  ...of('session.js', [
    ['a keep-alive outlives the wire', '    this.setKeepAlive(false);\n', ''],
    [
      'two keep-alives at once',
      '    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);\n',
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
