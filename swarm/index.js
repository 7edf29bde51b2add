'use strict';

module.exports = require('../lib/swarm/index.js');
