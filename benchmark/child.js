'use strict';

// One workload on one wire, in a process of its own:
//
//     node --single-threaded-gc --expose-gc benchmark/child.js WORKLOAD RUNNER [FOLDER]
//
// Tells the parent over IPC what came out; without a parent, prints it, which is what a profiler
// wants.

const { workloads } = require('./workloads/index.js');

const [name, runner, folder = ''] = process.argv.slice(2);

/** @param {object} message */
function tell(message) {
  if (!process.send) {
    process.stdout.write(`${JSON.stringify(message, null, 2)}\n`);
    process.exit(0);
  }
  process.send(message, () => process.exit(0));
}

async function main() {
  process.once('disconnect', () => process.exit(1)); // nobody is waiting any more
  const workload = workloads.find((candidate) => candidate.name === name);
  if (!workload?.runners.includes(runner)) throw new Error(`no workload ${name} of ${runner}`);
  tell({ result: await workload.run(runner, folder) });
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
