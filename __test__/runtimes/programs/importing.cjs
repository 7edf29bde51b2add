'use strict';

// A CommonJS module that imports the package.

module.exports = () => import('peer-wire-protocol-native');
