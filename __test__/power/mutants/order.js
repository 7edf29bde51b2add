'use strict';

// What waits for what: chunks for handlers, wires for turns, sockets for blocks, and peers' time.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('delivery.js', [
    [
      'two wires decode into one table',
      'return idle.pop() ?? new Delivery();',
      'return idle.at(-1) ?? new Delivery();',
    ],
    ['tables are never used again', '  idle.push(delivery);\n', ''],
    ['a table is given to two', '  idle.push(delivery);\n', '  idle.push(delivery, delivery);\n'],
    ['the memory of a chunk is that of the one before', '  delivery.memory = null;\n', ''],
    ['a chunk taken away takes the next one too', '  delivery.taken = false;\n', ''],
    ['a chunk written in a handler comes again', '  delivery.following = null;\n', ''],
  ]),
  ...of('turn.js', [
    ['a turn has no end', 'if (watched) exhausted = true;', 'if (watched) void words;'],
    ['messages do not count', '  spent += words;\n', ''],
    [
      'a turn is exhausted by the one before',
      '  watched = false;\n  exhausted = false;',
      '  watched = false;',
    ],
    ['what is left of a turn is lost', '      waiting = [...work.slice(next), ...waiting];\n', ''],
    [
      'what is left of a turn comes after what is new',
      '[...work.slice(next), ...waiting]',
      '[...waiting, ...work.slice(next)]',
    ],
    ['after a handler threw nothing goes on', '      if (!watched) watch();\n    }', '    }'],
  ]),
  ...of('guards.js', [
    ['a peer that has shaken hands is closed', '      if (inbound.handshaken) return;\n', ''],
    [
      'a time for silence is one for the handshake',
      'if (handshakeTimeout > 0) {',
      'if (handshakeTimeout >= 0) {',
    ],
    [
      'a time for the handshake is one for silence',
      'if (idleTimeout > 0) {',
      'if (idleTimeout >= 0) {',
    ],
    ['silence is told too early', 'if (silent < LOOKS) return;', 'if (silent < LOOKS - 1) return;'],
    ['silence is told too late', 'if (silent < LOOKS) return;', 'if (silent <= LOOKS) return;'],
    [
      'pauses add up to silence',
      'silent = inbound.heard() ? 0 : silent + 1;',
      'silent = inbound.heard() ? silent : silent + 1;',
    ],
    ['a limit keeps the process alive', '  for (const timer of timers) timer.unref();\n', ''],
    [
      'a limit outlives its wire',
      "  wire.once('finish', () => timers.forEach(clearInterval));\n",
      '',
    ],
  ]),
  ...of('trace.js', [
    [
      'where a payload starts is told for its length',
      "      if (incoming && payload && field === 'length') at++;\n",
      '',
    ],
    [
      'what we send is read as what we get',
      'if (incoming && payload && field',
      'if (payload && field',
    ],
    ['the hashes are taken for messages', '      if (incoming) at += 2;\n', ''],
    [
      'the DHT bit is another',
      'Object.assign(message, extensionsOf(flags));',
      'Object.assign(message, extensionsOf(flags >> 1));',
    ],
    ['no reason is told', 'reason: wire.closeReason', 'reason: null'],
  ]),
  ...of('pipes.js', [
    [
      'a head and its block are written apart',
      'for (const destination of this.#gathering) destination.cork?.();',
      '',
    ],
    ['a socket stays corked', 'for (const destination of gathering) destination.uncork?.();', ''],
    ['a socket is corked twice', 'if (this.#gathering !== null || ', 'if ('],
    [
      'of two pipes to one stream both are forgotten',
      'this.#destinations.splice(at, 1);',
      'this.#destinations = this.#destinations.filter((to) => to !== destination);',
    ],
    ['who was never piped to takes another along', 'else if (at !== -1) this', 'else this'],
    [
      'who goes away meanwhile stays corked',
      'this.#gathering = [...this.#destinations];',
      'this.#gathering = this.#destinations;',
    ],
    [
      'those no longer piped to are corked',
      'if (destination === undefined) this.#destinations = [];',
      'if (destination === undefined) void at;',
    ],
  ]),
];
