#!/usr/bin/env node
'use strict';

require('../lib/tool/main.js').main(process.argv.slice(2));
