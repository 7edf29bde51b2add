'use strict';

const { describe } = require('./describe.js');
const { report } = require('./report.js');
const Throttle = require('./throttle.js');

/** A line for each event, and what is known at the end. */
class Lines {
  #output;
  #findings;
  #throttle;

  /**
   * @param {import('../output.js')} output
   * @param {import('./findings.js').Findings} findings
   */
  constructor(output, findings) {
    this.#output = output;
    this.#findings = findings;
    this.#throttle = new Throttle((event, count) => {
      const time = performance.now() - findings.startedAt;
      this.#write(time, `${event}: ${count} more`);
    });
  }

  /**
   * @param {number} time
   * @param {string} text
   */
  #write(time, text) {
    this.#output.write(`${(time / 1000).toFixed(4).padStart(9)}  ${text}\n`);
  }

  /**
   * @param {string} event
   * @param {Record<string, any>} data
   * @param {number} time
   */
  tell(event, data, time) {
    if (event === 'block') return; // told together
    if (this.#throttle.admit(event)) this.#write(time, describe(event, data, this.#findings));
  }

  close() {
    this.#throttle.close();
    this.#output.write(`\n${report(this.#findings, this.#output).join('\n')}\n`);
  }
}

module.exports = Lines;
