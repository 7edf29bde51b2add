// A peer on bittorrent-protocol, WebTorrent's wire, in a process of its own. Takes one JSON argument:
// { role: 'seed' | 'leech', folder, infoHash, torrent: FILE or null for a magnet, encryption: 'off' |
// 'prefer' | 'require', peer: PORT to dial or null to listen }. Tells { port } once it listens and { done } once all is on disk.

import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import Wire from 'bittorrent-protocol';
import utMetadata from 'ut_metadata';
import torrents from '../torrent.js';

const { BLOCK, isPiece, openTorrent, parseInfo, pieceRange, readInfo } = torrents;

const PIPELINE = 64;
const CHOKE_TIME = 150; // ms
const ALLOWED = [3, 7, 11];
/** As the constructor numbers them. */
const ENCRYPTION = { off: 0, prefer: 1, require: 2 };

const options = JSON.parse(process.argv[2]);

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function log(text) {
  process.stderr.write(`${text}\n`);
}

function fail(error) {
  tell({ error: error.message });
}

function open(socket, isIncoming, info) {
  const encryption = ENCRYPTION[options.encryption];
  const wire = new Wire(isIncoming ? 'tcpIncoming' : 'tcpOutgoing', encryption);
  wire.use(utMetadata(info));
  wire.extendedHandshake.v = 'bittorrent-protocol';
  wire.extendedHandshake.reqq = 200;
  socket.pipe(wire).pipe(socket);
  socket.on('error', (error) => log(`socket: ${error.message}`));
  socket.on('close', () => wire.destroy());
  for (const event of ['choke', 'unchoke', 'interested', 'uninterested', 'have-all', 'have-none']) {
    wire.on(event, () => log(event));
  }
  wire.on('close', () => log('the wire has closed'));
  const peerId = Buffer.concat([Buffer.from('-BP0509-'), randomBytes(12)]);
  const shake = () => wire.handshake(options.infoHash, peerId.toString('hex'), { fast: true });
  // Whoever waits for the peer's handshake answers it before anything else is sent.
  if (isIncoming) wire.once('handshake', shake);
  else if (encryption === 0) shake();
  else wire.once('crypto-handshake', shake);
  if (encryption !== 0) encrypt(wire, isIncoming);
  return wire;
}

function encrypt(wire, isIncoming) {
  if (!isIncoming) {
    wire.startEncryption(options.infoHash);
    return;
  }
  const hash = createHash('sha1').update('req2').update(options.infoHash, 'hex').digest('hex');
  wire.on('crypto-infohash', (asked) => {
    if (asked === hash) wire.setInfoHash(options.infoHash);
    else fail(new Error(`a peer asks for another torrent: ${asked}`));
  });
}

function seed(wire, torrent) {
  let isHalfway = false;
  const unchokeLater = () => setTimeout(() => wire.unchoke(), CHOKE_TIME);
  wire.once('handshake', () => {
    if (!wire.hasFast) {
      const bits = Buffer.alloc(Math.ceil(torrent.pieceCount / 8));
      for (let i = 0; i < torrent.pieceCount; i++) bits[i >> 3] |= 0x80 >> (i & 7);
      wire.bitfield(bits);
      return;
    }
    wire.haveAll();
    for (const index of ALLOWED) wire.allowedFast(index);
  });
  wire.on('interested', unchokeLater);
  wire.on('request', (piece, offset, length, respond) => {
    const start = piece * torrent.pieceLength + offset;
    // As from a disk: there are requests to be rejected when it chokes.
    setImmediate(() => respond(null, torrent.content.subarray(start, start + length)));
    if (isHalfway || wire.uploaded < torrent.length / 2) return;
    isHalfway = true;
    log('we choke');
    wire.choke();
    unchokeLater();
  });
}

async function fetchLayout(wire) {
  const info = await new Promise((resolve, reject) => {
    wire.ut_metadata.on('metadata', () => resolve(Buffer.from(wire.ut_metadata.metadata)));
    wire.ut_metadata.on('warning', reject);
    wire.ut_metadata.fetch();
  });
  log(`metadata of ${info.length} bytes`);
  return parseInfo(info);
}

function download(wire, layout) {
  const content = Buffer.alloc(layout.length);
  const waiting = [];
  const missing = [];
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    const { start, end } = pieceRange(layout, piece);
    for (let offset = 0; offset < end - start; offset += BLOCK) {
      waiting.push({ piece, offset, length: Math.min(BLOCK, end - start - offset) });
    }
    missing.push(Math.ceil((end - start) / BLOCK));
  }
  return new Promise((resolve, reject) => {
    let left = layout.pieceCount;
    const mayAskFor = ({ piece }) =>
      wire.peerPieces.get(piece) && (!wire.peerChoking || wire.peerAllowedFastSet.includes(piece));
    const keep = ({ piece, offset }, bytes) => {
      const { start, end } = pieceRange(layout, piece);
      content.set(bytes, start + offset);
      if (--missing[piece] > 0) return;
      if (!isPiece(layout, piece, content.subarray(start, end))) {
        reject(new Error(`piece ${piece} has a wrong SHA-1`));
      }
      wire.have(piece);
      if (--left === 0) resolve(content);
    };
    const fill = () => {
      while (wire.requests.length < PIPELINE) {
        const next = waiting.findIndex(mayAskFor);
        if (next === -1) return;
        const [block] = waiting.splice(next, 1);
        wire.request(block.piece, block.offset, block.length, (error, bytes) => {
          if (error) {
            log(error.message);
            waiting.unshift(block);
          } else {
            keep(block, bytes);
          }
          setImmediate(fill);
        });
      }
    };
    for (const event of ['unchoke', 'bitfield', 'have', 'have-all', 'allowed-fast']) {
      wire.on(event, fill);
    }
    wire.interested();
    fill();
  });
}

async function leech(wire, info) {
  await new Promise((resolve) => {
    wire.once('handshake', () => {
      if (wire.hasFast) wire.haveNone();
      resolve();
    });
  });
  const layout = info ? parseInfo(info) : await fetchLayout(wire);
  const content = await download(wire, layout);
  for (const { path: name, offset, length } of layout.files) {
    const file = path.join(options.folder, layout.name, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content.subarray(offset, offset + length));
  }
  tell({ done: true });
}

const info = options.torrent ? readInfo(options.torrent) : undefined;
const torrent = options.role === 'seed' ? openTorrent(options.torrent, options.folder) : null;

function serve(wire) {
  if (torrent) seed(wire, torrent);
  else leech(wire, info).catch(fail);
}

if (options.peer) {
  const socket = net.connect(options.peer, '127.0.0.1', () => serve(open(socket, false, info)));
} else {
  const server = net.createServer((socket) => serve(open(socket, true, info)));
  server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
}
