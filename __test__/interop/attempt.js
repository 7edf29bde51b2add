'use strict';

const { isDeepStrictEqual } = require('node:util');
const { isRefused, judgeEncryption } = require('./encryption.js');
const { checkHashes } = require('./hashes.js');
const { Journal } = require('./journal.js');
const { Leecher } = require('./leecher.js');
const { Peer } = require('./peer.js');
const { Seeder } = require('./seeder.js');
const { sumContent, sumFolder } = require('./torrent.js');

/** What a client may take to have all on disk after it has closed the connection. */
const GRACE = 5000;
const MIB = 1024 * 1024;

/**
 * @typedef {import('./clients/index.js').Client} Client
 * @typedef {import('./clients/index.js').Running} Running
 * @typedef {import('./runs.js').Run} Run
 * @typedef {{ torrent: import('./torrent.js').Torrent, trees: Map<string, any> }} Material
 * @typedef {{ sha1: boolean, speed: number, counts: object }} Transfer
 * @typedef {ReturnType<Peer['facts']> & Partial<Transfer>} Result where it was refused, nothing came across
 */

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One run: what it has opened, to be looked at when it fails and closed in any case. */
class Attempt {
  journal = new Journal();
  /** @type {Peer | null} */
  peer = null;
  /** One for each connection that the client has made. @type {Seeder[]} */
  #seeders = [];
  /** @type {(reason: string) => void} */
  #onLost = () => {};
  #controller = new AbortController();

  /**
   * @param {Client} client
   * @param {Run} run
   * @param {Material} material
   * @param {import('./process.js').Sandbox} sandbox
   */
  constructor(client, run, material, sandbox) {
    this.client = client;
    this.run = run;
    this.material = material;
    this.sandbox = sandbox;
  }

  /** We dial with the v1 hash of a hybrid, and libtorrent answers with that of v2 (BEP 52). */
  get #isUpgraded() {
    return this.client.hybrid && this.run.role === 'seeds';
  }

  /** Once libtorrent knows the hash from the encryption it does not upgrade: we dial with that of v2. */
  get #beginsWithV2() {
    return this.#isUpgraded && this.run.ours !== 'off';
  }

  /**
   * Whether the v1 handshake of a hybrid's peer is answered by the v2 hash, which makes it a v2
   * connection (BEP 52); without Fast by the v1 hash, so that there is one of both.
   */
  get #upgrades() {
    return this.client.hybrid && this.run.role === 'leeches' && this.run.fast;
  }

  /** @returns {import('./peer.js').Options} */
  get #options() {
    const { infoHash, infoHashV2, info } = this.material.torrent;
    const isFetched = this.run.role === 'seeds' && this.run.magnet;
    return {
      infoHash: this.#upgrades || this.#beginsWithV2 ? infoHashV2 : infoHash,
      torrents: this.client.hybrid ? [infoHash, infoHashV2] : [infoHash],
      encryption: this.run.ours,
      socket: this.run.socket ?? false,
      fast: this.run.fast,
      v2: this.client.hybrid,
      info: isFetched ? null : info,
      journal: this.journal,
    };
  }

  /** @param {Running} running */
  async #dial(running) {
    const port = /** @type {number} */ (running.port);
    return Peer.dial(port, this.#options, this.#controller.signal);
  }

  /** @returns {Promise<Result>} */
  play() {
    if (isRefused(this.run)) return this.#knock();
    return this.run.role === 'seeds' ? this.#download() : this.#upload();
  }

  /** Dials a client that seeds. */
  async #dialSeed() {
    const { torrent } = this.material;
    const { folder } = torrent;
    const { encryption } = this.run;
    const job = { torrent, sandbox: this.sandbox, folder, magnet: false, encryption, dial: null };
    this.peer = await this.#dial(await this.client.seed(job));
    return this.peer;
  }

  /** Where the client must hang up and say nothing. @returns {Promise<Result>} */
  async #knock() {
    const peer = await this.#dialSeed();
    await Promise.race([peer.closed, peer.shaken]);
    if (peer.isShaken) throw new Error('it answers a handshake in the clear');
    return peer.facts();
  }

  /** @returns {Promise<Result>} */
  async #download() {
    const { torrent, trees } = this.material;
    const peer = await this.#dialSeed();
    const leecher = new Leecher(peer, this.run.magnet ? null : torrent);
    await peer.orClosed(peer.shaken);
    // First, since libtorrent hangs up on a peer that has everything, as it has.
    if (peer.wire.hasV2) await peer.orClosed(checkHashes(peer.wire, torrent, trees));
    const content = await leecher.run();
    const pieces = peer.wire.peerPieces;
    const hasAll = pieces.length === torrent.pieceCount && pieces.every(Boolean);
    if (!hasAll) peer.faults.add('has not announced all pieces');
    return {
      ...peer.facts(),
      sha1: isDeepStrictEqual(sumContent(torrent, content), torrent.sums),
      speed: content.length / MIB / leecher.seconds,
      counts: leecher.counts,
    };
  }

  /** @returns {Promise<Result>} */
  async #upload() {
    const { torrent } = this.material;
    const { client, run, sandbox } = this;
    const folder = sandbox.folder();
    const lost = this.#untilLost();
    lost.catch(() => {}); // nobody asks any more, where the client does not even start
    let dial = null;
    if (client.dials) {
      const listening = await Peer.listen(this.#options, (peer) => this.#serve(peer));
      sandbox.onClose(listening.close);
      dial = listening.port;
    }
    const { magnet, encryption } = run;
    const running = await client.leech({ torrent, sandbox, folder, magnet, encryption, dial });
    const dialling = client.dials ? lost : this.#keepDialling(running);
    await Promise.race([running.done(), dialling, lost]);
    const seeder = this.#seeders.sort((a, b) => b.counts.blocks - a.counts.blocks)[0];
    if (!seeder) throw new Error('it has never connected');
    this.peer = seeder.peer;
    return {
      ...seeder.peer.facts(),
      sha1: isDeepStrictEqual(sumFolder(torrent, folder), torrent.sums),
      speed: seeder.peer.wire.uploaded / MIB / seeder.seconds,
      counts: { ...seeder.counts, connections: this.#seeders.length },
    };
  }

  /** @param {Peer} peer */
  #serve(peer) {
    const { torrent, trees } = this.material;
    this.peer = peer;
    this.#seeders.push(new Seeder(peer, torrent, trees));
    peer.closed.then((reason) => {
      // One that is turned away with an encrypted handshake comes back with another, and one that has
      // got the metadata begins anew.
      if ((peer.isShaken || peer.isGarbled) && !this.run.magnet) this.#onLost(reason);
    });
  }

  /** @param {Running} running one that does not dial us, even where it hangs up in between */
  async #keepDialling(running) {
    for (;;) {
      const peer = await this.#dial(running);
      this.#serve(peer);
      await peer.closed;
      await sleep(200);
    }
  }

  /** Rejects when the connection is over and the client still not done. @returns {Promise<never>} */
  async #untilLost() {
    const reason = await new Promise((resolve) => {
      this.#onLost = resolve;
    });
    await sleep(GRACE);
    throw new Error(`${reason}, and it is not done`);
  }

  /**
   * What is wrong with a result.
   * @param {Result} result
   */
  judge({ sha1, hasFast, announcesFast, hasV2, extensions, encrypted }) {
    const { run } = this;
    const wrong = [...(this.peer?.faults ?? [])].map((fault) => `it ${fault}`);
    if (isRefused(run)) return wrong;
    wrong.push(...judgeEncryption(run, encrypted));
    if (!sha1) wrong.push('a file has a wrong SHA-1');
    if (run.fast && !announcesFast) wrong.push('it does not announce Fast');
    if (hasFast !== (run.fast && announcesFast)) wrong.push(`hasFast is ${hasFast}`);
    if (hasV2 !== (this.#isUpgraded || this.#upgrades)) wrong.push(`hasV2 is ${hasV2}`);
    if (!extensions.includes('ut_metadata')) wrong.push('its extension handshake has not come');
    return wrong;
  }

  /** Whether it met with a secret that the client gets wrong, see `cutsSecrets`. */
  get isUnlucky() {
    const { client, run } = this;
    const peers = [this.peer, ...this.#seeders.map(({ peer }) => peer)];
    const isWrapped = run.ours !== 'off' && run.encryption !== 'off';
    return isWrapped && client.cutsSecrets && peers.some((peer) => peer?.isGarbled);
  }

  /** What to read when it has failed. */
  details() {
    return `Last events:\n${this.journal.tail()}\nLast of the log of ${this.sandbox.tail()}`;
  }

  close() {
    this.#controller.abort();
    this.peer?.close();
    for (const { peer } of this.#seeders) peer.close();
  }
}

module.exports = { Attempt };
