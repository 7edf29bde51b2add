'use strict';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('./statistics.js').Spread} Spread */

/**
 * A row with its numbers; without a ratio, `reason` says why.
 * @typedef {object} Line
 * @property {string} table
 * @property {string} title
 * @property {string[]} workloads
 * @property {string} unit
 * @property {Record<string, Spread>} figures by runner, of all rounds
 * @property {Record<string, string>} unable why a runner has no figure
 * @property {Spread | null} ratio
 * @property {string} ratioOf
 * @property {Row['target']} target
 * @property {boolean | null} met
 * @property {string | null} reason
 */

/**
 * @param {Row['target']} target
 * @param {number} ratio
 */
function isMet({ kind, value }, ratio) {
  return kind === 'at least' ? ratio >= value : ratio <= value;
}

/**
 * The lines of the tables, as far as their workloads were asked for.
 * @param {Row[]} rows
 * @param {import('./workloads/workload.js').Workload[]} workloads that were asked for
 * @param {import('./rows.js').Samples} samples
 * @returns {Line[]}
 */
function evaluate(rows, workloads, samples) {
  const asked = new Map(workloads.map((workload) => [workload.name, workload]));
  return rows
    .filter((row) => row.workloads.every((name) => asked.has(name)))
    .map(({ compute, missing, ...row }) => {
      const needed = row.workloads.map((name) => asked.get(name));
      const unable = Object.assign({}, ...needed.map((workload) => workload?.unable));
      const reasons = [...needed.map((workload) => workload?.missing()), missing?.()];
      const reason = reasons.find(Boolean) ?? null;
      if (reason) return { ...row, figures: {}, unable, ratio: null, met: null, reason };
      const { figures, ratio } = compute(samples);
      const met = ratio && isMet(row.target, ratio.median);
      const why = ratio === null ? 'these figures allow no ratio: the machine was busy' : null;
      return { ...row, figures, unable, ratio, met, reason: why };
    });
}

module.exports = { evaluate };
