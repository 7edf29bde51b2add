'use strict';

const { counted, duration } = require('../text.js');
const describe = require('./describe.js');
const { piecesOf } = require('./findings.js');

/** @typedef {import('./findings.js').Findings} Findings */
/** @typedef {import('../output.js')} Output */

/** Columns in front of what is said. */
const LABEL = 12;
/** Widest picture of the pieces. */
const WIDEST = 100;
/** From nothing to everything. */
const SHADES = ['·', '░', '▒', '▓', '█'];

/**
 * @param {number[]} shares from 0 to 1
 * @param {number} width in columns
 * @returns {string} a character a column: only nothing looks like nothing, and all like all
 */
function drawPieces(shares, width) {
  const most = SHADES.length - 1;
  const shadeOf = (/** @type {number} */ share) => {
    if (share === 0 || share === 1) return SHADES[share * most];
    return SHADES[Math.min(most - 1, 1 + Math.floor(share * (most - 1)))];
  };
  let picture = '';
  for (let column = 0; column < width; column++) {
    picture += shadeOf(shares[Math.floor((column * shares.length) / width)]);
  }
  return picture;
}

/**
 * @param {Findings} findings
 * @param {number} width for the picture
 * @returns {string[]} how many pieces there are, and a picture of them
 */
function piecesLines(findings, width) {
  const { have, count, shares } = piecesOf(findings, width);
  const { have: said, bitfield, pieceCount } = findings;
  if (count === null) {
    if (said === 'all') return ['all of them'];
    return said === 'none' ? ['none of them'] : ['it has not said'];
  }
  const isExact = pieceCount !== null;
  const of = isExact ? `${count}` : `at most ${count}`;
  const percent = isExact ? ` (${Math.floor((100 * have) / count)} %)` : '';
  const how = bitfield === null && said !== null ? `, have-${said}` : '';
  const lines = [`${have} of ${of}${percent}${how}`];
  if (shares.length > 0) lines.push(drawPieces(shares, width));
  return lines;
}

/**
 * @param {Findings} findings
 * @returns {string} what it has said with the Fast extension, but for its pieces
 */
function fastText({ allowedFast, suggested, messages }) {
  const rejected = messages.get('reject') ?? 0;
  const parts = [];
  if (allowedFast.size > 0) parts.push(`${counted(allowedFast.size, 'piece')} allowed fast`);
  if (suggested > 0) parts.push(`${suggested} suggested`);
  if (rejected > 0) parts.push(`${counted(rejected, 'request')} rejected`);
  return parts.join(', ');
}

/**
 * @param {string} text
 * @param {number} width in columns
 * @returns {string[]} the text in lines, as far as its words are short enough
 */
function wrap(text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/**
 * What is known, as lines.
 * @param {Findings} findings
 * @param {Output} output
 * @returns {string[]}
 */
function report(findings, output) {
  const { connected, handshake, extended, extensions, metadata, dhtPort, closed, download } =
    findings;
  /** @type {string[]} */
  const lines = [];
  const room = output.columns - LABEL - 1;
  const add = (
    /** @type {string} */ label,
    /** @type {string} */ text,
    /** @type {import('../output.js').Style | null} */ style = null,
  ) => {
    // What goes into a file is for programs too, which look for lines.
    for (const [i, part] of (output.isTerminal ? wrap(text, room) : [text]).entries()) {
      const front = output.style('dim', (i === 0 ? label : '').padEnd(LABEL));
      lines.push(front + (style === null ? part : output.style(style, part)));
    }
  };
  const at = connected && `${connected.address}, connected in ${duration(connected.after)}`;
  add('peer', at ?? findings.address, 'bold');
  if (connected !== null) add('encryption', describe.encryptionText(findings));
  if (handshake !== null) {
    add('client', describe.clientText(handshake), 'bold');
    const { after, isRight, infoHash } = handshake;
    const hash = infoHash.toString('hex');
    add(
      'handshake',
      `in ${duration(after)}, info hash ${isRight ? hash : `of another torrent: ${hash}`}`,
    );
    add('announces', describe.announced(handshake.extensions));
  }
  if (extended !== null) {
    add('says', describe.saidText(extended));
    add('extensions', describe.mappingText(extensions));
  }
  if (metadata !== null) add('torrent', describe.torrentText(metadata));
  if (handshake !== null) {
    const [count, picture] = piecesLines(findings, Math.max(10, Math.min(room, WIDEST)));
    add('pieces', count);
    if (picture !== undefined) add('', picture, 'green');
    const fast = fastText(findings);
    if (fast !== '') add('fast', fast);
    add('state', describe.stateText(findings));
    if (dhtPort !== null) add('DHT', `port ${dhtPort}`);
    if (findings.state.weInterested) {
      add('speed', describe.speedText(findings), download?.bytes ? 'bold' : null);
    }
  }
  if (closed !== null) {
    add('closed', describe.closedText(closed), closed.code === null ? null : 'red');
  }
  return lines;
}

module.exports = { drawPieces, report };
