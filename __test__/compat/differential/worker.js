'use strict';

// Plays batches of conversations for run.js, in a process of its own.

require('./clock');
const Original = require('peer-wire-protocol');
const Wire = require('../../../index.js');
const { hits } = require('./mended');
const { search } = require('./search');
const { originalSide, subjectSide } = require('./sides');
const { Statistics } = require('./statistics');

process.on('message', async (/** @type {any} */ batch) => {
  const statistics = new Statistics();
  const before = { ...hits };
  const found = await search({
    left: originalSide(Original),
    right: subjectSide(Wire),
    ...batch,
    statistics,
  });
  const since = Object.fromEntries(
    Object.keys(hits).map((name) => [name, hits[name] - before[name]]),
  );
  process.send?.({ found, statistics, hits: since });
});
