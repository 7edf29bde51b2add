'use strict';

const { name } = require('../../package.json');

/** A mistake in the command line: told in one line, exit code 2. */
class UsageError extends Error {
  name = 'UsageError';
}

/** What went wrong, told in one line, exit code 1. */
class ToolError extends Error {
  name = 'ToolError';
}

const USAGE = `Usage: ${name} probe HOST:PORT INFOHASH [options]
       ${name} decode FILE [options]
       ${name} build [--source FOLDER]

probe: connects to a peer and shows what it says: encryption, handshake and
client, extensions, the torrent, its pieces, its speed. INFOHASH is 40
hexadecimal digits, 64 of version 2, or a magnet link. A HOST of IPv6 stands in
brackets. Leaves when it knows what it came for, after 10 seconds at most.

  --encryption MODE   off, prefer or require (default prefer: begins encrypted,
                      and dials again in the clear if the peer speaks none)
  --timeout SECONDS   patience for the connection, and for the handshake
                      (default 10)
  --seconds SECONDS   how long to stay, whatever there is to know
  --download MIB      most that is downloaded to see the speed (default 4)
  --no-download       asks for no block
  --pieces COUNT      how many pieces the torrent has, for when the peer does
                      not tell
  --json              an object a line for each event, the last one "summary"

decode: shows the messages in FILE, or in the standard input if it is -. FILE is
what one side has sent, from the handshake on, or a capture of packets (pcap or
pcapng).

  --payload           shows the bytes of messages too, in hexadecimal
  --json              an object a line for each message, the last one "summary"

build: makes the addon with cargo, where there is no package for the platform.

  --source FOLDER     from a clone of the repository, not from crates.io

  --help, --version

Exit codes: 0 all is well; 1 the peer cannot be reached, does not shake hands or
ends with an error, the file holds errors, the build fails; 2 the command line
is wrong.
`;

module.exports = { ToolError, USAGE, UsageError };
