'use strict';

// What came after 0.7.1.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('handshake.js', [
    ['the DHT bit is not read', 'dht: (flags & FLAG_DHT) !== 0', 'dht: false'],
    ['Fast is always announced', '(fast ? FLAG_FAST : 0)', 'FLAG_FAST'],
    ['a hash of version 2 is always taken', 'if (isV2 && hash.length', 'if (hash.length'],
  ]),
  ...of('session.js', [
    [
      'version 2 is what both announce',
      'return (this.ours & V2_HASH) !== 0 && this.theirs !== 0;',
      'return (this.ours & this.theirs & FLAG_V2) !== 0;',
    ],
    [
      'a handler of the handshake that throws keeps extensions from knowing',
      '    } finally {\n      // Whatever a handler throws: it comes once.\n',
      '      // Whatever a handler throws: it comes once.\n    } finally {\n      isSent || void 0;\n    }\n    {\n',
    ],
    [
      'a bitfield leaves that it has all',
      '    if (this.peerHaveAll) this.fast.haveAll = false;\n',
      '',
    ],
    ['nothing that is refused is rejected', 'this.#outbound.uploads.refuse(', 'void ('],
    [
      'a block for what was taken back does not count as its answer',
      'wire.requests.length > 0 || this.hasFast',
      'wire.requests.length > 0',
    ],
  ]),
  ...of('inbound.js', [
    ['after a refused message the rest is delivered', '      this.#delivery.end = 0;\n', ''],
    [
      'after a refused message the next chunk is read',
      '    this.#needs = 0;\n    this.#assembly = null;\n    if (this.#delivery',
      '    if (this.#delivery',
    ],
  ]),
  ...of('fast.js', [
    ['have-all in turns goes on for ever', 'if (++this.#fills > MOST_FILLS) {', 'if (false) {'],
    ['every piece that is allowed is kept', ' > MOST_ALLOWED) this', ' > Infinity) this'],
  ]),
  ...of('pacing.js', [
    ['one request more than the peer takes', 'Math.max(limit - 1, 1)', 'Math.max(limit, 1)'],
    [
      'nothing goes out when another is answered',
      '      this.#waiting.delete(request);\n      //',
      '      return;\n      //',
    ],
    ['all goes out at once', '<= this.#limit) return true;', '<= Infinity) return true;'],
  ]),
  ...of('taken-back.js', [
    ['a reject is for one made since', '    return true;\n  }', '    return false;\n  }'],
  ]),
  ...of('uploads.js', [
    [
      'a cancelled request is not rejected',
      'if (this.forget(piece, offset, length)) this.refuse(piece, offset, length);',
      'this.forget(piece, offset, length);',
    ],
    [
      'a choke rejects allowed pieces too',
      'const isAllowed = (/** @type {{ piece: number }} */ { piece }) => allowed.includes(piece);',
      'const isAllowed = () => false;',
    ],
  ]),
  ...of('outlet.js', [
    [
      'what is not yet pushed does not count as unread',
      'return this.unread + this.pending + held > this',
      'return this.unread + held > this',
    ],
  ]),
  ...of('outbound.js', [
    [
      'long answers do not count as unread',
      'if (payload.length <= LONGEST_COPY) return;',
      'return;',
    ],
  ]),
  ...of('extensions.js', [
    [
      'an extension that throws ends the process',
      '      this.#refuse(violation',
      '      throw error;\n      this.#refuse(violation',
    ],
    [
      'the handshake of extensions is sent twice',
      '    this.#isScheduled = false;\n    /**',
      '    /**',
    ],
  ]),
  ...of('published.js', [
    [
      'what is no text is given to ut_metadata',
      'return length > 0 && isUtf8(payload.subarray(0, length));',
      'return length > 0;',
    ],
  ]),
  ...of('extended-handshake.js', [
    ['names are kept without end', '++count > MOST_NAMES', '++count > Infinity'],
    ['wrong types are kept', 'delete said[key];', 'void key;'],
  ]),
];
