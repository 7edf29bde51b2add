'use strict';

const { counted, safe, size } = require('../text.js');
const { describe } = require('./describe.js');

/** @typedef {import('./connections.js').Where} Where */

const ARROWS = ['→', '←'];

/** @param {import('./reader.js')} reader */
function volume({ bytes, messages, isBitTorrent }) {
  if (bytes === 0) return 'nothing';
  return isBitTorrent ? `${counted(messages, 'message')}, ${size(bytes)}` : size(bytes);
}

/** Messages as lines. */
class TextView {
  #output;
  #withPayload;
  /** When the first message was captured. @type {number | null} */
  #start = null;
  /** Whether what was written last is a message, or the like. */
  #isAfterMessage = false;

  /**
   * @param {import('../output.js')} output
   * @param {boolean} withPayload
   */
  constructor(output, withPayload) {
    this.#output = output;
    this.#withPayload = withPayload;
  }

  /**
   * @param {Where | null} where
   * @param {string} text
   */
  #line(where, text) {
    this.#output.write(`${where === null ? '' : this.#prefix(where)}${text}\n`);
    this.#isAfterMessage = true;
  }

  /** @param {Where} where */
  #prefix({ connection, index }) {
    this.#start ??= connection.time;
    const time = (connection.time - this.#start).toFixed(6).padStart(11);
    const number = String(connection.number).padStart(3);
    return `${this.#output.style('dim', `${time} ${number}`)} ${ARROWS[index]} `;
  }

  /**
   * @param {Where | null} where
   * @param {import('./messages.js').Message} message
   * @param {import('./reader.js').Extra | null} extra
   */
  onMessage(where, message, extra) {
    this.#line(where, describe(message, extra, this.#withPayload));
  }

  /**
   * @param {Where | null} where
   * @param {string} code
   * @param {string} message
   */
  onViolation(where, code, message) {
    this.#line(
      where,
      this.#output.style('red', `violation       ${safe(message)} (${safe(code)})`),
    );
  }

  /**
   * @param {Where | null} where
   * @param {number} bytes
   * @param {boolean} isInBlock
   */
  onGap(where, bytes, isInBlock) {
    const what = isInBlock ? 'of a block ' : '';
    const end = isInBlock ? '' : ': what follows cannot be read';
    this.#line(
      where,
      this.#output.style(
        'yellow',
        `gap             ${counted(bytes, 'byte')} ${what}not captured${end}`,
      ),
    );
  }

  /** @param {import('./connections.js').AConnection} connection */
  onEnd(connection) {
    const { number, sides, isBitTorrent } = connection;
    const [first, second] = sides;
    const ends = `${String(number).padStart(3)}  ${first.address} → ${second.address}`;
    const none = isBitTorrent
      ? ''
      : '  no handshake at the beginning: encrypted, or something else:';
    const volumes = `→ ${volume(first.reader)}; ← ${volume(second.reader)}`;
    this.#apart();
    this.#output.write(`${ends} ${none}  ${volumes}\n`);
  }

  /** Leaves a line between the messages and what is said of all of them. */
  #apart() {
    if (this.#isAfterMessage) this.#output.write('\n');
    this.#isAfterMessage = false;
  }

  /** @param {import('./index.js').Summary} summary */
  onSummary({ messages, errors, notes, connections }) {
    if (connections !== null) this.#apart();
    const parts = [counted(messages, 'message')];
    if (connections !== null) parts.push(counted(connections, 'connection'));
    if (errors > 0) parts.push(this.#output.style('red', counted(errors, 'error')));
    this.#output.write(`${[...parts, ...notes].join(', ')}\n`);
  }
}

module.exports = TextView;
