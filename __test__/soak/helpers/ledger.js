'use strict';

/** Violations that are told in words; the others are only counted. */
const MOST_TOLD = 20;

/** An exception that a handler throws on purpose. */
class Thrown extends Error {}

/** What all wires of a soak came to. */
class Ledger {
  totals = {
    wires: 0,
    native: 0,
    blocks: 0,
    blockBytes: 0,
    requests: 0,
    callbacks: 0,
    uploaded: 0,
    downloaded: 0,
    thrown: 0,
    accounted: 0,
    accountedRequests: 0,
  };
  /** How often each fault was played. @type {Record<string, number>} */
  faults = {};
  /** How wires ended, by code. @type {Record<string, number>} */
  reasons = {};
  /** How requests ended, by code. @type {Record<string, number>} */
  outcomes = {};
  /** @type {string[]} */
  violations = [];
  violationCount = 0;

  /** @param {string} text what should never be */
  violation(text) {
    this.violationCount++;
    if (this.violations.length < MOST_TOLD) this.violations.push(text);
  }

  /**
   * @param {'faults' | 'reasons' | 'outcomes'} kind
   * @param {string} name
   */
  count(kind, name) {
    this[kind][name] = (this[kind][name] ?? 0) + 1;
  }
}

module.exports = { Ledger, Thrown };
