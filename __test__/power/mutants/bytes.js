'use strict';

// Chunks to messages, messages to chunks, and their memory.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('inbound.js', [
    ['a fragment of a head is lost', 'this.#held += length;', 'this.#held = length;'],
    [
      'a fragment of a payload is lost',
      '      put(this.#assembly, this.#filled, chunk);\n      this.#filled += length;\n',
      '      put(this.#assembly, this.#filled, chunk);\n',
    ],
    [
      'the rest of a chunk is lost when a handler throws',
      'if (threw) process.nextTick(Inbound.#resume, this, delivery);',
      '',
    ],
    [
      'a chunk that is written in a handler is lost',
      '      this.#delivery.following = { chunk, done };\n',
      '',
    ],
    [
      'a chunk that is written in a handler comes before the rest of the one being delivered',
      '    if (this.#delivery !== null) {\n      this.#delivery.following',
      '    if (this.#delivery === undefined) {\n      this.#delivery.following',
    ],
    [
      'messages after the broken one are delivered',
      '    if (delivery.status === FAILED) this.#fail(delivery);\n',
      '',
    ],
    [
      'the decoder of a wire that ended stays',
      '    dropped.unregister(this);\n    native.close(this.#slot);',
      '    dropped.unregister(this);',
    ],
    ['a wire does not say that it is busy', 'return this.#delivery !== null;', 'return false;'],
  ]),
  ...of('walk.js', [
    [
      'a message is delivered again after a handler threw',
      '    delivery.next = i;\n    if (error !== TAKEN) throw error;',
      '    if (error !== TAKEN) throw error;',
    ],
    [
      'a block keeps being assembled where the last one was',
      '  delivery.assembly = null;\n  return bytes;',
      '  return bytes;',
    ],
  ]),
  ...of('outbound.js', [
    [
      'what is sent after the end goes out',
      '    this.flush();\n    this.#closed = true;',
      '    this.flush();',
    ],
    [
      'what was sent before the end does not go out',
      '    this.flush();\n    this.#closed = true;',
      '    this.#closed = true;',
    ],
    [
      'messages of one wire are taken for repeats of another',
      'for (let i = 0; i < length; i++) if (words[lastStart + i] !== words[runStart + i]) return false;',
      '',
    ],
    [
      'bytes already handed out are written over',
      '    slabUsed = control[AT];',
      '    slabUsed = first;',
    ],
    ['the slab can be taken away by who reads it', '      markAsUntransferable(slabMemory);\n', ''],
    [
      'blocks are sent twice',
      '    payloads[run] = null;\n    const copy',
      '    this.takeWhole(payload);\n    const copy',
    ],
    [
      'a detached block shows what lay there before',
      '    else if (copy > 0) slab.fill(0, end - copy, end);\n',
      '',
    ],
    [
      'a handler that throws stops other wires from sending',
      '        outbounds[next].schedule();\n',
      '',
    ],
    ['an exception of a handler is lost', '        throw error;\n      });', '      });'],
    [
      'a long block waits for the end of the tick',
      'if (this.pending >= FLUSH_SIZE) this.flush();',
      '',
    ],
  ]),
  ...of('outlet.js', [
    ['a push inside a push comes first', '    if (this.#pushing) return;\n', ''],
  ]),
  ...of('memory.js', [
    ['two payloads lie in the same memory', '  slabUsed += length;\n', ''],
    [
      'what was assembled is lost when memory grows',
      'if (before !== null) bytes.set(before.subarray(0, filled));',
      '',
    ],
    ['memory of other wires can be taken away', '    markAsUntransferable(slab);\n', ''],
  ]),
  ...of('tables.js', [
    [
      'a short chunk lies where the numbers are',
      'new Uint8Array(control.buffer, 4 * CONTROL_WORDS)',
      'new Uint8Array(control.buffer, 0)',
    ],
  ]),
];
