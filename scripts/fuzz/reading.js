'use strict';

/**
 * @typedef {object} Result
 * @property {string} target
 * @property {number} executions
 * @property {number} perSecond
 * @property {number} edges reached
 * @property {number} allEdges
 * @property {number} features edges with how often each was taken
 * @property {{ reason: string, input: string } | null} crash
 */

/** What libFuzzer says, read line by line. */
class Reading {
  /** @type {Result} */
  #result;
  #input = '';
  #reason = '';
  #isReason = false;

  /** @param {string} target */
  constructor(target) {
    this.#result = {
      target,
      executions: 0,
      perSecond: 0,
      edges: 0,
      allEdges: 0,
      features: 0,
      crash: null,
    };
  }

  /** @param {string} line */
  add(line) {
    const result = this.#result;
    const reached = /\bcov: (\d+) ft: (\d+)/.exec(line);
    if (reached) {
      result.edges = Number(reached[1]);
      result.features = Number(reached[2]);
    }
    result.allEdges = number(/\((\d+) inline 8-bit counters\)/, line) ?? result.allEdges;
    result.executions =
      number(/^stat::number_of_executed_units: +(\d+)/, line) ?? result.executions;
    result.perSecond = number(/^stat::average_exec_per_sec: +(\d+)/, line) ?? result.perSecond;
    this.#input = /Test unit written to (.+)$/.exec(line)?.[1] ?? this.#input;
    // The line after Rust's own "panicked at" says what was wrong.
    if (this.#isReason) this.#reason += `: ${line}`;
    this.#isReason = this.#reason === '' && line.includes(' panicked at ');
    if (this.#isReason) this.#reason = line.replace(/^.* panicked at /, '').replace(/:$/, '');
    if (this.#reason === '') this.#reason = /ERROR: libFuzzer: (.+)$/.exec(line)?.[1] ?? '';
  }

  /**
   * @param {string | null} failure how the program ended, if not well
   * @returns {Result}
   */
  result(failure) {
    if (failure !== null) {
      const input = this.#input || 'libFuzzer kept no input';
      this.#result.crash = { reason: this.#reason || failure, input };
    }
    return this.#result;
  }
}

/**
 * @param {RegExp} pattern
 * @param {string} line
 */
function number(pattern, line) {
  const match = pattern.exec(line);
  return match ? Number(match[1]) : undefined;
}

module.exports = { Reading };
