'use strict';

// What knip cannot see by itself, each with its reason.

module.exports = {
  entry: [
    // What Node's runner and `npm run` start. package.json names some of them, and the rest is started by hand.
    '__test__/**/*.test.js',
    '__test__/**/run.js',
    'benchmark/*.js',
    'examples/*.js',
    '__test__/guard/record.js',
    '__test__/runtimes/{packages,types}.js',
    'scripts/complete-lock.js',
    'scripts/release/{pack,publish}.js',
    // Required by what is said on the command line, or read by typedoc.
    'scripts/care/checks/*.js',
    'scripts/care/typedoc.config.js',
    // Processes and threads of their own, started by their path.
    '**/{child,worker}.js',
    'scripts/start/{inside,leecher-process,seeder-process}.js',
    '__test__/border/{scribbler,thread}.js',
    '__test__/hostile/helpers/{list,server,victim}.js',
    'benchmark/processes/*.js',
    '__test__/interop/clients/*.mjs',
    '__test__/wire/helpers/traffic.js',
    // Preloaded by --require, into the original's own tests.
    '__test__/compat/original-tests/redirect.js',
    // Copied into projects that install the package, or run by what is not Node.
    '__test__/{install,runtimes}/programs/*',
    // Nobody runs them: they have to compile, or not to.
    '__test__/**/types/*.{cts,mts,ts}',
  ],
  project: ['**/*.{js,mjs,cjs,ts,mts,cts}'],
  // Written by `npm run build`, for more platforms than there are packages.
  ignore: ['lib/native.{js,d.ts}'],
  // The original's own, taken from where the original has it.
  ignoreDependencies: ['bitfield'],
};
