'use strict';

// The peer's requests, and how requests are found.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('uploads.js', [
    [
      'one request too many is kept',
      'length >= this.#options.maxPeerRequests) {',
      'length > this.#options.maxPeerRequests) {',
    ],
    [
      'requests are kept without end',
      'if (wire.peerRequests.length >= this.#options.maxPeerRequests) {',
      'if (wire.peerRequests.length < 0) {',
    ],
    [
      'unread output does not hold requests back',
      'if (this.#unannounced === null && !this.#full) {',
      'if (this.#unannounced === null) {',
    ],
    [
      'requests overtake those held back',
      'if (this.#unannounced === null && !this.#full) {',
      'if (!this.#full) {',
    ],
    ['what is not yet pushed leaves room for requests', ' - unread - pending;', ' - unread;'],
    [
      'blocks announced and not yet answered do not count',
      '    this.#announced += request.length;\n',
      '',
    ],
    [
      'requests that a caller took away count for ever',
      ' this.#count();\n    return this.#announced > room;',
      ' void 0;\n    return this.#announced > room;',
    ],
    ['requests held back count as announced', '      if (!announced) continue;\n', ''],
    [
      'the messages that wait have no bound',
      'if (this.#backlog <= maxBacklog) return;',
      'if (this.#backlog <= Number.POSITIVE_INFINITY) return;',
    ],
    [
      'a cancelled request that was held back is announced',
      '      this.#unannounced?.delete(request);\n    }\n    if',
      '    }\n    if',
    ],
    [
      'a choke does not forget requests held back',
      '    this.#unannounced = null;\n    this.#asked = 0;',
      '    this.#asked = 0;',
    ],
    [
      'a cancel makes no room',
      '    }\n    if (this.#unannounced !== null) this.resume();',
      '    }',
    ],
    [
      'a choke does not forget requests',
      'if (peerRequests.length > 0) peerRequests.length = 0;',
      '',
    ],
    [
      'held requests are never announced',
      '    process.nextTick(Uploads.#announceWaiting, this);\n',
      '',
    ],
    [
      'a request is answered twice',
      'if (oldest === null || (request !== oldest && !this.#outbound.hasFast)) return;',
      '',
    ],
    [
      'a refused request is answered with nothing',
      'if (error) this.refuse(piece, offset, length);\n    else this.#wire.piece',
      'this.#wire.piece',
    ],
    [
      'all that was held back is announced at once',
      'if (uploads.#unannounced === null || uploads.#full) break;',
      'if (uploads.#unannounced === null) break;',
    ],
  ]),
  ...of('requests.js', [
    [
      'a request is told by piece and length alone',
      'request.piece === piece && request.offset === offset && request.length === length) {',
      'request.piece === piece && request.length === length) {',
    ],
    [
      'in the index a request is told by its piece alone',
      'return request.piece === piece && request.offset === offset && request.length === length;',
      'return request.piece === piece;',
    ],
    [
      'the youngest of equal requests is taken',
      'for (let i = 0; i < count; i++) {',
      'for (let i = count - 1; i >= 0; i--) {',
    ],
    ['an index that a caller has made wrong is believed', 'if (at === -1) {', 'if (at === -2) {'],
    [
      'a request that has gone stays in the index',
      'if (before === request) index.delete(key);',
      'if (before === request) void key;',
    ],
    [
      'of requests with one key the others are lost',
      'else if (request === youngest) index.set(key, before);',
      'else if (request === youngest) index.delete(key);',
    ],
    [
      'of requests with one key the youngest is taken',
      'request.younger = youngest === undefined ? request : youngest.younger;',
      'request.younger = request;',
    ],
    ['a request that has gone stays in its ring', '    before.younger = request.younger;\n', ''],
    ['bisection stops a step early', 'while (low < high) {', 'while (low + 1 < high) {'],
  ]),
];
