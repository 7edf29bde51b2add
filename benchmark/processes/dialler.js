'use strict';

// Dials settings.port settings.connections times, some at a time, and shakes hands: bytes, no wire. Tells
// when all of them have been answered, and keeps them.

const net = require('node:net');
const { HANDSHAKE } = require('../bytes.js');
const { settings, tell } = require('./inside.js');

const AT_ONCE = 100;

/** @returns {Promise<void>} */
function dial() {
  const socket = net.connect(settings.port, '127.0.0.1');
  let missing = HANDSHAKE.length;
  socket.write(HANDSHAKE);
  return new Promise((resolve) => {
    socket.on('data', (bytes) => {
      missing -= bytes.length;
      if (missing < 0) throw new Error('more came than a handshake');
      if (missing === 0) resolve();
    });
  });
}

async function main() {
  let left = settings.connections;
  const dialOn = async () => {
    while (left-- > 0) await dial();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, dialOn));
  tell('connected');
}

main();
