'use strict';

// Mutants that reach into the original.

const { pattern } = require('../bytes');
const { onEmit, replace } = require('./tools');

/** Emits the event first and changes the state afterwards. */
const lateState = (handler, field, value) => (wire) => {
  wire[handler] = () => {
    wire.emit(handler.slice(3));
    wire[field] = value;
  };
};

/** @type {import('./tools').Mutant[]} */
const inner = [
  {
    name: 'unchoke emitted before the state changes',
    spoil: lateState('_onunchoke', 'peerChoking', false),
  },
  {
    name: 'interested emitted before the state changes',
    spoil: lateState('_oninterested', 'peerInterested', true),
  },
  {
    name: 'have emitted before peerPieces changes',
    spoil: (wire) => {
      wire._onhave = (index) => {
        wire.emit('have', index);
        wire.peerPieces[index] = true;
      };
    },
  },
  {
    name: 'choke fails the requests before its event',
    spoil: (wire) =>
      replace(wire, '_onchoke', () => () => {
        wire.peerChoking = true;
        while (wire.requests.length)
          wire._callback(wire.requests.shift(), new Error('peer is choking'), null);
        wire.emit('choke');
      }),
  },
  {
    name: 'choke fails the requests from the last',
    spoil: (wire) =>
      replace(wire, '_onchoke', (onchoke) => () => {
        wire.requests.reverse();
        onchoke();
      }),
  },
  {
    name: 'the callback of a block after its events',
    spoil: (wire) =>
      replace(wire, '_onpiece', (onpiece) => (piece, offset, block) => {
        const later = [];
        const { _callback } = wire;
        wire._callback = (...args) => later.push(args);
        onpiece(piece, offset, block);
        wire._callback = _callback;
        for (const args of later) wire._callback(...args);
      }),
  },
  {
    name: 'the newest of equal requests first',
    spoil: (wire) =>
      replace(wire, '_onpiece', (onpiece) => (...args) => {
        wire.requests.reverse();
        onpiece(...args);
        wire.requests.reverse();
      }),
  },
  {
    name: 'requests matched without their length',
    spoil: (wire) =>
      replace(wire, '_onpiece', (onpiece) => (piece, offset, block) => {
        const found = wire.requests.find((r) => r.piece === piece && r.offset === offset);
        if (found) found.length = block.length;
        onpiece(piece, offset, block);
      }),
  },
  {
    name: 'requests heard while choking',
    spoil: (wire) =>
      replace(wire, '_onrequest', (onrequest) => (...args) => {
        const { amChoking } = wire;
        wire.amChoking = false;
        onrequest(...args);
        wire.amChoking ||= amChoking;
      }),
  },
  {
    name: "choke() keeps the peer's requests",
    spoil: (wire) =>
      replace(wire, 'choke', (choke) => () => {
        const kept = [...wire.peerRequests];
        choke();
        wire.peerRequests.push(...kept);
      }),
  },
  {
    name: 'choke() sent again',
    spoil: (wire) =>
      replace(wire, 'choke', (choke) => () => {
        wire.amChoking = false;
        choke();
      }),
  },
  {
    name: 'an answer with an error sends an empty block',
    spoil: onEmit('request', (emit, [piece, offset, length, respond], wire) => {
      const changed = (error, block) => respond(null, error ? Buffer.alloc(0) : block);
      wire.peerRequests.at(-1).callback = changed;
      return emit(piece, offset, length, changed);
    }),
  },
  {
    name: 'answers after a cancel',
    spoil: (wire) =>
      replace(wire, '_oncancel', () => (...args) => {
        wire.emit('cancel', ...args);
      }),
  },
  {
    name: 'cancel() of nothing sends nothing',
    spoil: (wire) =>
      replace(wire, 'cancel', (cancel) => (piece, offset, length) => {
        const found = wire.requests.some(
          (r) => r.piece === piece && r.offset === offset && r.length === length,
        );
        if (found) cancel(piece, offset, length);
      }),
  },
  {
    name: 'upload counted after its event',
    spoil: (wire) => {
      wire.piece = (piece, offset, block) => {
        wire.uploadSpeed(block.length);
        wire.emit('upload', block.length);
        wire.uploaded += block.length;
        wire._message(7, [piece, offset], block);
      };
    },
  },
  {
    name: 'bytes of a block before upload',
    spoil: (wire) => {
      wire.piece = (piece, offset, block) => {
        wire._message(7, [piece, offset], block);
        wire.uploaded += block.length;
        wire.uploadSpeed(block.length);
        wire.emit('upload', block.length);
      };
    },
  },
  {
    name: 'a new head is not timed',
    spoil: (wire) =>
      replace(wire, '_callback', (callback) => (...args) => {
        const { _timeout } = wire;
        wire._timeout = 0;
        callback(...args);
        wire._timeout = _timeout;
      }),
  },
  {
    name: 'every request timed from its start',
    spoil: (wire) =>
      replace(wire, '_updateTimeout', () => () => {
        for (const request of wire.requests) {
          if (wire._timeout && !request.timeout)
            request.timeout = setTimeout(wire._ontimeout, wire._timeout);
        }
      }),
  },
  {
    name: 'timeout emitted before its callback',
    spoil: (wire) => {
      replace(wire, '_ontimeout', () => () => {
        wire.emit('timeout');
        wire._callback(wire.requests.shift(), new Error('request has timed out'), null);
      });
    },
  },
  {
    name: 'setTimeout(ms, fn) forgets fn',
    spoil: (wire) => replace(wire, 'setTimeout', (set) => (ms) => set(ms)),
  },
  {
    name: 'keep-alive every 55 seconds',
    spoil: (wire) => {
      wire.setKeepAlive = (on) => {
        clearInterval(wire._keepAlive);
        if (on !== false) wire._keepAlive = setInterval(() => wire._push(Buffer.alloc(4)), 55000);
      };
    },
  },
  {
    name: 'keep-alive goes on after the end',
    spoil: (wire) => {
      wire.setKeepAlive = () => {
        setInterval(() => wire._push(Buffer.alloc(4)), 60000);
      };
    },
  },
  {
    name: 'requests fail at the end from the last',
    spoil: (wire) => wire.prependListener('finish', () => wire.requests.reverse()),
  },
  {
    name: 'requests fail within destroy()',
    spoil: (wire) =>
      replace(wire, 'destroy', (destroy) => () => {
        destroy();
        while (wire.requests.length)
          wire._callback(wire.requests.shift(), new Error('wire is closed'), null);
      }),
  },
  {
    name: 'what is sent between end() and finish is lost',
    spoil: (wire) => replace(wire, '_push', (push) => (data) => wire.writableEnded || push(data)),
  },
  {
    name: 'the rest of a chunk is dropped after end()',
    spoil: (wire) =>
      replace(wire, 'end', (end) => () => {
        end();
        wire._parse(Number.MAX_VALUE, () => {});
      }),
  },
  {
    name: 'handshake does not announce extensions',
    spoil: (wire) =>
      replace(wire, '_push', (push) => (data) => {
        if (data.length === 68) data[25] &= ~0x10;
        push(data);
      }),
  },
  {
    name: 'a prefix cut across chunks is misread',
    spoil: (wire) => {
      const { _write } = wire;
      wire._write = (chunk, encoding, done) => {
        if (wire._parserSize === 4 && wire._bufferSize === 3) wire._buffer = [pattern(3)];
        _write.call(wire, chunk, encoding, done);
      };
    },
  },
];

module.exports = { inner };
