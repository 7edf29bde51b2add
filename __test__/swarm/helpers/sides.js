'use strict';

// The swarms that are compared: the original as it was published, and ours.

const { ensureFixtures } = require('../../../scripts/setup.js');
const { locateFixture } = require('../../../scripts/start/fixture.js');

process.noDeprecation = true; // the original is of 2018

// A single test file may be run on a fresh clone.
ensureFixtures(['original']);

/** peer-wire-swarm 0.12.2 on peer-wire-protocol 0.7.1. */
const ORIGINAL = locateFixture('original').files.swarm;
const SWARM = require.resolve('../../../swarm/index.js');
const Original = require(ORIGINAL);
const Swarm = require(SWARM);

module.exports = { ORIGINAL, Original, SWARM, Swarm };
