'use strict';

const { handshake } = require('./messages');
const { EVENTS } = require('./names');

/** How the ends of two wires interleave is nobody's contract. */
const COMPARED = EVENTS.filter((name) => !['close', 'finish', 'end'].includes(name));

/**
 * A second wire, for handlers to use while the first one is busy.
 * @param {import('./player').Player} player
 */
function makeOther(player) {
  const { handshake: said } = player.conversation;
  const wire = player.side.make({ made: 'call', options: {}, reader: 'data', handshake: said });
  let sent = [];
  wire.on('data', (data) => sent.push(data));
  for (const name of COMPARED) {
    wire.on(name, (...args) => {
      player.record(`other wire's ${name}(${args.map((arg) => player.describe(arg)).join(', ')})`);
    });
  }
  wire.write(handshake(said));
  wire.unchoke();
  return {
    wire,
    takeSent() {
      const bytes = Buffer.concat(sent);
      sent = [];
      return bytes;
    },
    hasEnded: () => wire.writableFinished && wire.readableEnded,
  };
}

module.exports = { makeOther };
