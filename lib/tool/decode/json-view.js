'use strict';

const { jsonLine } = require('../text.js');
const { plainMessage } = require('./describe.js');

/** @typedef {import('./connections.js').Where} Where */

/** @param {Where | null} where */
function placeOf(where) {
  if (where === null) return {};
  const { connection, index } = where;
  return {
    time: connection.time,
    connection: connection.number,
    from: connection.sides[index].address,
    to: connection.sides[1 - index].address,
  };
}

/** @param {import('./connections.js').Side} side */
function sideOf({ address, reader, direction }) {
  const { bytes, messages, isBitTorrent } = reader;
  return { address, bytes, messages, isBitTorrent, repeated: direction.repeated };
}

/** Messages as an object a line. */
class JsonView {
  #output;
  #withPayload;

  /**
   * @param {import('../output.js')} output
   * @param {boolean} withPayload
   */
  constructor(output, withPayload) {
    this.#output = output;
    this.#withPayload = withPayload;
  }

  /** @param {object} object */
  #write(object) {
    this.#output.write(`${jsonLine(object)}\n`);
  }

  /**
   * @param {Where | null} where
   * @param {import('./messages.js').Message} message
   * @param {import('./reader.js').Extra | null} extra
   */
  onMessage(where, message, extra) {
    const told = plainMessage(message, extra, this.#withPayload);
    this.#write({ event: 'message', ...placeOf(where), ...told });
  }

  /**
   * @param {Where | null} where
   * @param {string} code
   * @param {string} message
   */
  onViolation(where, code, message) {
    this.#write({ event: 'violation', ...placeOf(where), code, message });
  }

  /**
   * @param {Where | null} where
   * @param {number} bytes
   * @param {boolean} isInBlock
   */
  onGap(where, bytes, isInBlock) {
    this.#write({ event: 'gap', ...placeOf(where), bytes, isInBlock });
  }

  /** @param {import('./connections.js').AConnection} connection */
  onEnd({ number, sides }) {
    this.#write({ event: 'connection', connection: number, sides: sides.map(sideOf) });
  }

  /** @param {import('./index.js').Summary} summary */
  onSummary(summary) {
    this.#write({ event: 'summary', ...summary });
  }
}

module.exports = JsonView;
