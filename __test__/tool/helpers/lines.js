'use strict';

// The tool in this process, for what has to be done often.

const { Writable } = require('node:stream');
const { decodeSource } = require('../../../lib/tool/decode/index.js');
const Output = require('../../../lib/tool/output.js');

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  text = '';

  _write(chunk, _encoding, done) {
    this.text += chunk;
    done();
  }
}

/**
 * What is shown of a file that is read in chunks of these sizes.
 * @param {Buffer} file
 * @param {number[]} [sizes]
 * @returns {Promise<string[]>}
 */
async function linesOf(file, sizes = [file.length]) {
  const kept = new Kept();
  const output = new Output(/** @type {any} */ (kept));
  await decodeSource(chunksOf(file, sizes), 'file', { json: false, payload: false }, output);
  return kept.text.trimEnd().split('\n');
}

/**
 * @param {Buffer} file
 * @param {number[]} sizes
 */
async function* chunksOf(file, sizes) {
  let at = 0;
  for (let i = 0; at < file.length; i++) {
    const size = sizes[i % sizes.length];
    yield file.subarray(at, at + size);
    at += size;
  }
}

module.exports = { Kept, linesOf };
