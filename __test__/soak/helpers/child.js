'use strict';

// A soak in a process of its own, for the test: handlers throw in it, which a test runner takes for
// its own failure. Argument: the options, as JSON.

const { soak } = require('./soak.js');

soak(JSON.parse(process.argv[2])).then(({ ledger, workers }) => {
  process.send?.({ ...ledger, workers }, () => process.disconnect());
});
