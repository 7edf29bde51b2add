'use strict';

// Plays one conversation on one wire and writes down all that a program could see.

const { Writable } = require('node:stream');
const clock = require('./clock');
const { pattern, show } = require('./bytes');
const { makeOther } = require('./other');
const { Peer } = require('./peer');
const { encode } = require('./messages');
const { misuses } = require('./misuse');
const { EVENTS } = require('./names');
const { hit } = require('./mended');
const { snapshot } = require('./snapshot');
const { materialise } = require('./values');

const RECORDED = [...EVENTS, 'error'];

/** What most conversations begin with, or little would happen on a choked wire. */
const OPENINGS = {
  handshake: { do: 'feed', messages: [], cuts: [], hold: 0, as: 'buffer' },
  'handshake and unchoke': {
    do: 'feed',
    messages: [{ type: 'unchoke' }],
    cuts: [],
    hold: 0,
    as: 'buffer',
  },
  unchoke: { do: 'call', method: 'unchoke', args: [] },
  timeout: { do: 'call', method: 'setTimeout', args: [703] },
};

const turn = () => new Promise(setImmediate);

class Player {
  /**
   * @param {import('./sides').Side} side
   * @param {any} conversation
   */
  constructor(side, conversation) {
    this.side = side;
    this.conversation = conversation;
    /** @type {string[]} */
    this.trace = [];
    /** Events compared, by name. */
    this.seen = {};
    this.handlers = new Map(conversation.handlers);
    this.responders = [];
    this.callbacks = 0;
    this.listeners = 0;
    /** Bytes and buffers that nobody may change afterwards. */
    this.kept = [];
    this.paused = false;
    this.wroteLate = false;
    this.destroyed = false;

    this.errors = 0;

    this.wire = side.make(conversation);
    this.peer = new Peer(this);
    this.identities = ['requests', 'peerRequests', 'peerPieces'].map((name) => [
      name,
      this.wire[name],
    ]);
    this.sent = [];
    this.read(conversation.reader);
    for (const name of RECORDED) {
      if (name === 'error' && !conversation.listensForError) continue;
      const player = this;
      this.wire.on(name, function (...args) {
        player.onEvent(name, args, this);
      });
    }
  }

  /** @param {'data' | 'pipe' | 'nobody'} reader */
  read(reader) {
    if (reader === 'data') this.wire.on('data', (data) => this.onData(data));
    if (reader !== 'pipe') return;
    this.wire.pipe(
      new Writable({
        write: (data, _encoding, done) => {
          this.onData(data);
          done();
        },
      }),
    );
  }

  /** @param {string} text */
  record(text) {
    this.trace.push(`${text} | ${snapshot(this.wire)}`);
  }

  // ---- what the wire does

  onData(data) {
    this.sent.push(Buffer.from(data));
    // A socket may hold on to a chunk for long.
    this.keep('sent bytes', data);
  }

  onEvent(name, args, self) {
    if (name === 'error') this.errors++;
    if (!this.side.counts(name, this.seen, this.wire, args)) return;
    const occurrence = this.seen[name] ?? 0;
    this.seen[name] = occurrence + 1;
    if (name === 'request') {
      args[3].tag = `r${this.responders.length}`;
      this.responders.push({ respond: args[3], length: args[2] });
    }
    this.record(
      `event ${name}(${args.map((arg) => this.describe(arg)).join(', ')})${self === this.wire ? '' : ' this!'}`,
    );
    for (const act of this.handlers.get(name)?.[occurrence] ?? []) this.act(act);
  }

  callback(then) {
    const tag = `c${this.callbacks++}`;
    const callback = (...args) => {
      this.record(`callback ${tag}(${args.map((arg) => this.describe(arg)).join(', ')})`);
      for (const act of then) this.act(act);
    };
    callback.tag = tag;
    return callback;
  }

  timeoutListener() {
    const number = this.listeners++;
    return () => this.record(`timeout listener ${number}`);
  }

  describe(value) {
    if (ArrayBuffer.isView(value)) {
      this.keep('received bytes', value);
      return show(value);
    }
    if (value instanceof Error) {
      const uncoded = !this.side.isOriginal && !/^ERR_PWP_[A-Z_]+$/.test(value.code);
      return `Error: ${value.message}${uncoded ? ' (without code)' : ''}`;
    }
    if (typeof value === 'function') return 'function';
    if (value && typeof value === 'object') return JSON.stringify(value);
    return String(value);
  }

  keep(what, bytes) {
    this.kept.push([what, bytes, show(bytes)]);
  }

  // ---- what the conversation does

  async play() {
    const timers = clock.pendingTimers();
    process.setUncaughtExceptionCaptureCallback((error) => this.record(`uncaught ${error.stack}`));
    try {
      const { opening, steps } = this.conversation;
      this.record(`made, peerAddress ${this.wire.peerAddress}`);
      for (const one of opening) await this.step(typeof one === 'string' ? OPENINGS[one] : one);
      for (const step of steps) await this.step(step);
      await this.conclude();
    } finally {
      process.setUncaughtExceptionCaptureCallback(null);
      this.timersLeft = clock.removeTimersSince(timers);
      clock.align();
    }
    return this;
  }

  async step(step) {
    if (step.do === 'turn') return this.turn();
    if (step.do === 'hostile') return this.peer.hostile(step);
    if (step.do === 'sleep') {
      clock.pass(step.ms);
      await this.turn();
      const { wire } = this;
      return this.record(`slept ${step.ms}, speeds ${wire.uploadSpeed()} ${wire.downloadSpeed()}`);
    }
    if (step.do === 'feed' && step.turns) {
      for (const size of this.peer.prepare(step)) {
        this.peer.write([size], step);
        await this.turn();
      }
      return undefined;
    }
    return this.act(step);
  }

  /** One turn of the event loop; then the bytes sent so far have to be equal. */
  async turn() {
    await turn();
    // When a byte leaves is not compared, so a pause cuts in at another place.
    if (this.paused) return this.record('turn, paused');
    const sent = Buffer.concat(this.sent);
    this.sent = [];
    this.record(`turn, sent ${show(sent)}`);
    if (this.other) this.record(`other wire sent ${show(this.other.takeSent())}`);
    return undefined;
  }

  /** Anything that may also happen inside a handler. */
  act(act) {
    const { wire } = this;
    switch (act.do) {
      case 'call':
        return this.call(act.method, materialise(act.args, this));
      case 'feed':
        return this.peer.feed(act);
      case 'answer':
        return this.answer(act);
      case 'cancelPending': {
        const request = wire.requests[act.which % (wire.requests.length || 1)];
        if (request) this.call('cancel', [request.piece, request.offset, request.length]);
        return undefined;
      }
      case 'misuse':
        return this.misuse(act);
      case 'burst':
        return this.burst(act);
      case 'other':
        return this.useOther(act);
      case 'pause':
      case 'resume':
        if (this.conversation.reader !== 'data') return undefined;
        this.paused = act.do === 'pause';
        return this.call(act.do, []);
      case 'lateWrite':
        if (!wire.writableEnded) return undefined;
        this.wroteLate = true;
        return this.call('write', [Buffer.alloc(4)]);
      default:
        throw new Error(`unknown act ${act.do}`);
    }
  }

  call(method, args) {
    this.record(`call ${method}(${args.map((arg) => this.describe(arg)).join(', ')})`);
    const run = this.side.call(this.wire, method, args);
    if (method === 'destroy') this.destroyed = true;
    let outcome;
    try {
      const value = run();
      // Duplex's own methods may return the wire. What piece() returns says whether to go on, which
      // 0.7.1 does not tell.
      const isNothing = value === undefined || value === this.wire || method === 'piece';
      outcome = isNothing ? 'done' : `returned ${value}`;
    } catch (error) {
      outcome = `threw ${error instanceof Error}`;
    }
    this.record(`${outcome} ${method}`);
  }

  answer({ which, error, length, entry }) {
    let found;
    if (entry) {
      const { peerRequests } = this.wire;
      const request = peerRequests[which % (peerRequests.length || 1)];
      found = request && { respond: request.callback, length: request.length };
    } else {
      found = this.responders[which % (this.responders.length || 1)];
    }
    if (!found) return;
    const block = pattern(Math.min(length ?? found.length, 16384), which);
    this.keep('block given', block);
    this.record(`answer ${found.respond.tag} with ${error ? 'error' : show(block)}`);
    if (error) found.respond(new Error('cannot read'));
    else found.respond(null, block);
    this.record('answered');
  }

  /** See the row "local misuse": the original is not asked. */
  misuse({ which }) {
    const [method, args] = misuses[which];
    const expected = `misuse ${method} refused`;
    // As in 0.7.1, a request() that cannot be sent calls back without a look at the rest.
    if (method === 'request' && (this.wire.peerChoking || this.wire.writableFinished))
      return undefined;
    if (this.side.isOriginal) return this.record(expected);
    const before = snapshot(this.wire);
    let outcome = 'accepted';
    try {
      this.wire[method](...args);
    } catch (error) {
      const coded = /^ERR_[A-Z_]+$/.test(error.code);
      outcome =
        (error instanceof TypeError || error instanceof RangeError) && coded
          ? 'refused'
          : `threw ${error.stack}`;
    }
    if (snapshot(this.wire) !== before) outcome += ' but changed the state';
    hit('local misuse');
    return this.record(
      outcome === 'refused' ? expected : `misuse ${method}(${args.map(String)}) ${outcome}`,
    );
  }

  burst({ method, times }) {
    const args = method === 'have' ? [2] : [1, 0, pattern(16384, times)];
    if (method === 'piece' && this.conversation.reader === 'nobody') return;
    for (let k = 0; k < times; k++) this.wire[method](...args);
    this.record(`burst of ${times} ${method}`);
  }

  useOther({ method, args, feed }) {
    this.other ??= makeOther(this);
    const { wire } = this.other;
    if (method) return wire[method](...materialise(args, this));
    return wire.write(Buffer.concat(feed.map((message) => encode(message, wire))));
  }

  // ---- the end

  async conclude() {
    const { wire, side } = this;
    if (this.paused) wire.resume();
    this.paused = false;
    await this.turn();
    this.record('end of conversation');
    this.other?.wire.destroy();
    if (!wire.writableEnded) this.call('end', []);
    await this.turn();
    await this.turn();
    if (this.other) this.record(`other wire ended: ${this.other.hasEnded()}`);
    for (const [name, list] of this.identities) {
      if (wire[name] !== list) this.record(`${name} is another array now`);
    }
    for (const [what, bytes, was] of this.kept) {
      if (show(bytes) !== was) this.record(`${what} changed from ${was} to ${show(bytes)}`);
    }
    if (!side.isOriginal) this.checkReason();
  }

  /** What 0.7.1 does not have: a wire knows why it closed, and tells those who listen. */
  checkReason() {
    const { closeReason } = this.wire;
    const code = closeReason instanceof Error ? /** @type {any} */ (closeReason).code : undefined;
    const expected =
      (!closeReason && (!this.peer.closed || this.destroyed)) ||
      (this.peer.closed && /^ERR_PWP_[A-Z_]+$/.test(code)) ||
      (this.wroteLate && code === 'ERR_STREAM_WRITE_AFTER_END');
    if (!expected) this.record(`closeReason ${closeReason?.stack ?? closeReason}`);
    const errors = closeReason && this.conversation.listensForError ? 1 : 0;
    if (this.errors !== errors) this.record(`${this.errors} error events`);
  }
}

/**
 * @param {import('./sides').Side} side
 * @param {any} conversation
 */
const play = (side, conversation) => new Player(side, conversation).play();

module.exports = { play };
