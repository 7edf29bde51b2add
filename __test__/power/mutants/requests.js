'use strict';

// The peer's requests, and how requests are found.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('uploads.js', [
    [
      'one request too many is kept',
      'length >= this.#limit) return;',
      'length > this.#limit) return;',
    ],
    ['requests are kept without end', 'if (wire.peerRequests.length >= this.#limit) return;', ''],
    [
      'unread output does not hold requests back',
      'if (this.#unannounced === null && !this.#congested) {',
      'if (this.#unannounced === null) {',
    ],
    [
      'requests overtake those held back',
      'if (this.#unannounced === null && !this.#congested) {',
      'if (!this.#congested) {',
    ],
    [
      'what is not yet pushed does not count as unread',
      ' + this.#outbound.pending > this.#highWaterMark',
      ' > this.#highWaterMark',
    ],
    [
      'a cancelled request that was held back is announced',
      'if (request !== null) this.#unannounced?.delete(request);',
      '',
    ],
    ['a choke does not forget requests held back', '    this.#unannounced = null;\n  }', '  }'],
    [
      'a choke does not forget requests',
      'if (peerRequests.length > 0) peerRequests.length = 0;',
      '',
    ],
    ['held requests are never announced', '    process.nextTick(Uploads.#announce, this);\n', ''],
    [
      'a request is answered twice',
      'if (request !== pull(this.#wire.peerRequests, piece, offset, length)) return;',
      'pull(this.#wire.peerRequests, piece, offset, length);',
    ],
    ['a refused request is answered with nothing', '    if (error) return;\n', ''],
    [
      'all that was held back is announced at once',
      'if (uploads.#unannounced === null || uploads.#congested) break;',
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
      'if (request.younger === null) index.delete(key);',
      'if (request.younger === null) void key;',
    ],
    [
      'of requests with one key the others are lost',
      'else index.set(key, request.younger);',
      'else index.delete(key);',
    ],
    ['bisection stops a step early', 'while (low < high) {', 'while (low + 1 < high) {'],
  ]),
];
