'use strict';

const { spawnSync } = require('node:child_process');
const os = require('node:os');

// Two things that move the CPU time of a socket's end by a factor of two and more from run to run,
// and what is done about them, the same for all.
//
// The scheduler keeps the two ends of a loopback connection now on one core and now on two. Where it
// can be done, it is told which: what it mostly does by itself.
//
// glibc gives memory back to the system as it is freed, or keeps it, by what lies at the end of the
// heap. In the one case every chunk read costs page faults (200,000 of them a GiB were seen), in the
// other next to none. It is told to keep it.

/** @typedef {{ measured: number, other: number }} Cores of the process measured and of the other */

/** For a stream: both ends work at the same time. */
const APART = { measured: 0, other: 1 };
/** For question and answer: the ends take turns, and waking another core would cost more. */
const TOGETHER = { measured: 0, other: 0 };

const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25), // the most that glibc takes
};

/** @type {boolean | null} */
let able = null;

/** Whether processes can be kept to a core here: on Linux, with util-linux. */
function canPin() {
  able ??=
    process.platform === 'linux' &&
    os.cpus().length > 1 &&
    spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
  return able;
}

/**
 * Options of `fork` for a process at the end of a socket.
 * @param {number | undefined} core to keep to; undefined for a process left alone
 * @param {string[]} execArgv of Node
 * @returns {{ execPath?: string, execArgv: string[], env?: NodeJS.ProcessEnv }}
 */
function onCore(core, execArgv) {
  if (core === undefined) return { execArgv };
  const env = { ...process.env, ...KEEP_MEMORY };
  if (!canPin()) return { execArgv, env };
  const pinned = ['-c', String(core), process.execPath, ...execArgv];
  return { execPath: 'taskset', execArgv: pinned, env };
}

module.exports = { APART, TOGETHER, canPin, onCore };
