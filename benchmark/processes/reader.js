'use strict';

// Reads settings.url to its end, as a player would, and tells the SHA-1 of what came.

const { createHash } = require('node:crypto');
const http = require('node:http');
const { settings, tell } = require('./inside.js');

http.get(settings.url, (response) => {
  const hash = createHash('sha1');
  let bytes = 0;
  response.on('data', (chunk) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  response.once('end', () => tell('read', { bytes, digest: hash.digest('hex') }));
});
