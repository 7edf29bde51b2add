'use strict';

// What messages mean, and our requests.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('session.js', [
    [
      'the event comes before the state',
      "this.#wire.peerChoking = true;\n    this.#wire.emit('choke');",
      "this.#wire.emit('choke');\n    this.#wire.peerChoking = true;",
    ],
    [
      'pending requests outlive a choke',
      "    else if (this.#wire.requests.length > 0) this.downloads.failAll('ERR_PWP_PEER_CHOKING');\n",
      '',
    ],
    [
      'a choked peer is served',
      '(!this.#wire.amChoking || (this.hasFast && this.fast.allowed.includes(piece)))',
      'true',
    ],
    [
      'the callback comes after the events',
      "    if (wire.requests.length > 0 || this.hasFast) this.downloads.deliver(piece, offset, block);\n    wire.downloaded += block.length;\n    wire.downloadSpeed(block.length);\n    wire.emit('download', block.length);",
      "    wire.downloaded += block.length;\n    wire.downloadSpeed(block.length);\n    wire.emit('download', block.length);\n    if (wire.requests.length > 0) this.downloads.deliver(piece, offset, block);",
    ],
    [
      'what was downloaded is not counted',
      'wire.downloaded += block.length;',
      'wire.downloaded += 0;',
    ],
    ['the speed does not see blocks', '    wire.downloadSpeed(block.length);\n', ''],
    [
      'pieces beyond the torrent are taken from the spare bits',
      'pieceCount === null ? most : Math.min(pieceCount, most)',
      'most',
    ],
    [
      'a cancelled request is answered',
      '    if (this.#wire.peerRequests.length > 0) this.#outbound.uploads.cancel(piece, offset, length);\n',
      '',
    ],
    [
      'blocks longer than any are served',
      'length === 0 || length > this.#outbound.options.maxBlockSize',
      'length === 0',
    ],
    ['blocks of no bytes are served', 'isOdd = length === 0 || length >', 'isOdd = length >'],
    [
      'requests of the peer are left after the end',
      '    this.clearUploads();\n    this.downloads.close();',
      '    this.downloads.close();',
    ],
    [
      'requests of ours are left after the end',
      '    this.clearUploads();\n    this.downloads.close();',
      '    this.clearUploads();',
    ],
    ['a broken protocol ends nothing', '    this.#wire.destroy(reason);\n', ''],
    ['the reason is lost', 'this.#wire.destroy(reason);', 'this.#wire.destroy();'],
  ]),
  ...of('downloads.js', [
    [
      'the error of a cancel is another',
      "    this.#settle(request, failure('ERR_PWP_REQUEST_CANCELLED'), null);\n    if (this.#pacing === null)",
      "    this.#settle(request, failure('ERR_PWP_PEER_CHOKING'), null);\n    if (this.#pacing === null)",
    ],
    [
      'requests fail youngest first',
      'this.#settle(this.#requests.shift(), failure(code), null);',
      'this.#settle(this.#wire.requests.pop() ?? null, failure(code), null);',
    ],
    [
      'a callback that throws keeps the others from being told',
      'if (requests.length > 0) process.nextTick(Downloads.#failRest, this, code);',
      '',
    ],
    ['every request is timed anew', ' || head === this.#timed) return;', ') return;'],
    ['the next head is not timed', 'if (this.#isAnswered && !this.#closed) this.#timeHead();', ''],
    [
      'a timer keeps the process alive for nothing',
      'if (this.#timer !== null && this.#wire.requests.length === 0) this.#timer.unref();',
      '',
    ],
    [
      'a timer that was let go lets the process end with a request pending',
      'else this.#timer.ref();',
      'else void 0;',
    ],
    ['a time-out is not told', "    this.#wire.emit('timeout');\n", ''],
    [
      'the timer outlives the wire',
      '    this.#closed = true;\n    this.#stopTimer();',
      '    this.#closed = true;',
    ],
    [
      'a request fails before its time',
      'if (left > 1) downloads.#startTimer(left);\n    else downloads.#giveUp();',
      'downloads.#giveUp();',
    ],
    [
      'blocks of another length are taken for the one asked for',
      'this.#requests.take(piece, offset, block.length)',
      'this.#requests.take(piece, offset, this.#wire.requests[0]?.length ?? 0)',
    ],
  ]),
];
