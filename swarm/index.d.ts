import type { EventEmitter } from 'node:events';
import type pwp = require('../index.js');

/**
 * Makes a swarm, called with `new` or without: what `peer-wire-swarm` 0.12.2 does, with wires whose
 * bytes do not pass through JavaScript.
 *
 * ```js
 * const swarm = Swarm(infoHash, peerId, { handshake: { dht: true } });
 * swarm.on('wire', (wire) => wire.interested());
 * swarm.add('203.0.113.5:6881');
 * swarm.listen(6881);
 * ```
 */
declare const Swarm: Swarm.Constructor;

declare namespace Swarm {
  /** What the module exports: the function that makes a swarm. */
  interface Constructor {
    /**
     * Makes a swarm, and dials nobody yet.
     *
     * @param infoHash 20 bytes, or a string of 40 hexadecimal digits; with `handshake: { v2: true }` also
     *   32 bytes, or 64 digits
     * @param peerId 20 bytes, or a text of 20 bytes in UTF-8
     * @throws {pwp.ArgumentError} a hash of another length (`ERR_OUT_OF_RANGE`) or kind
     *   (`ERR_INVALID_ARG_TYPE`), or such an option
     */
    new (
      infoHash: Uint8Array | string,
      peerId: Uint8Array | string,
      options?: Options | null,
    ): Swarm;
    /** The same, without `new`. */
    (infoHash: Uint8Array | string, peerId: Uint8Array | string, options?: Options | null): Swarm;
    /** What all swarms inherit from. */
    readonly prototype: Swarm;
  }

  /**
   * How a swarm is made, and all its wires: {@link pwp.Options} are theirs. Of a port that several swarms
   * listen on, the first one's options are those of all wires that come, but for `pieceCount` and
   * `encryption`, which are each swarm's own.
   */
  interface Options extends Omit<pwp.Options, 'infoHashes'> {
    /**
     * Most connections the swarm opens, a number above 0: see {@link Swarm.size}. Default: 100.
     */
    size?: number;
    /** What our handshakes announce. Default: nothing. */
    handshake?: pwp.HandshakeExtensions | null;
    /**
     * Milliseconds in which a dialled peer has to take the connection, up to 2^31 - 1; 0 stands for the
     * default. Default: 3000.
     */
    connectTimeout?: number;
    /**
     * Milliseconds from the dial, or from when a peer has come, in which its handshake has to have come;
     * 0 stands for the default. Default: 25000.
     */
    handshakeTimeout?: number;
    /**
     * How peers are dialled, and which are taken.
     *
     * - `'prefer'`: begins encrypted. A peer that hangs up on it is dialled once more, at once and in the
     *   clear, which is no retry. Peers that come may do either.
     * - `'require'`: nobody is dialled a second time, and who comes in the clear is turned away.
     *
     * Default: what the environment variable `PEER_WIRE_PROTOCOL_ENCRYPTION` says, and else `'off'`.
     */
    encryption?: 'off' | 'prefer' | 'require';
    /** Which of our addresses to dial from. Default: the system chooses. */
    localAddress?: string | null;
    /** Whether what is sent leaves at once, instead of waiting for more (Nagle). Default: true. */
    noDelay?: boolean;
    /** Taken and told by {@link Swarm.utp}. Peers are dialled over TCP all the same. Default: false. */
    utp?: boolean;
  }

  /**
   * What is emitted as `error`:
   *
   * - the system's, such as `EADDRINUSE`, when a port cannot be listened on;
   * - `ERR_PWP_INFO_HASH_IN_USE` ("port and info hash already in use"): another swarm of this torrent
   *   listens on this port.
   */
  interface SwarmError extends Error {
    /** Which of them it is. */
    code: 'ERR_PWP_INFO_HASH_IN_USE' | (string & {});
  }

  /** The events of a swarm, with the arguments of their listeners. */
  interface Events {
    /**
     * A peer has shaken hands, whether it was dialled or has come. Messages behind its handshake have not
     * been told yet. The connection is the wire itself.
     */
    wire: [wire: pwp.SocketWire, connection: pwp.SocketWire];
    /** A wire is closed. It is still among {@link Swarm.wires}. */
    'wire-disconnect': [wire: pwp.SocketWire, connection: pwp.SocketWire];
    /** A block of this many bytes has come. */
    download: [bytes: number];
    /** A block of this many bytes was sent. */
    upload: [bytes: number];
    /** Peers can come: {@link Swarm.port} is the port. */
    listening: [];
    /** It does not listen. Nobody listening for it ends the process, as with any emitter. */
    error: [error: SwarmError];
    /** It was destroyed, a tick ago. Once. */
    close: [];
  }

  /** A listener of event `E`: exact for the events of {@link Events}, any for events of your own. */
  type Listener<E extends string | symbol> = E extends keyof Events
    ? (...args: Events[E]) => void
    : // biome-ignore lint/suspicious/noExplicitAny: what Node says of events it does not know
      (...args: any[]) => void;

  /** The arguments of event `E`. */
  type Arguments<E extends string | symbol> = E extends keyof Events
    ? Events[E]
    : // biome-ignore lint/suspicious/noExplicitAny: what Node says of events it does not know
      any[];

  /** An event's name: one of {@link Events}, offered by the editor, or one of your own. */
  type EventName = keyof Events | (string & {}) | symbol;

  /** The peers of one torrent. */
  interface Swarm extends EventEmitter {
    /** What {@link listen} was given, and for 0 the port it has become. 0 at first. */
    port: number;
    /**
     * Most connections it opens. Peers that come are taken in any case, and take up these places. May be
     * changed: it holds from the next dial on.
     */
    size: number;
    /** What the option said. */
    utp: boolean;
    /** Holds from the next handshake on. */
    handshake: pwp.HandshakeExtensions | null | undefined;
    /** Milliseconds, as {@link Options.handshakeTimeout}. Holds from the next dial on. */
    handshakeTimeout: number;
    /** Milliseconds, as {@link Options.connectTimeout}. Holds from the next dial on. */
    connectTimeout: number;
    /** Of the torrent, in bytes. */
    infoHash: Buffer;
    /** Ours, in bytes. */
    peerId: Buffer;

    /** Bytes of blocks received, over all wires. */
    downloaded: number;
    /** Bytes of blocks sent, over all wires. */
    uploaded: number;
    /** Bytes of blocks received per second, over the last five seconds. */
    downloadSpeed(bytes?: number): number;
    /** Bytes of blocks sent per second, over the last five seconds. */
    uploadSpeed(bytes?: number): number;

    /**
     * Connections that are dialled, stand, or have come and shaken hands: the same array for the swarm's
     * life.
     */
    readonly connections: pwp.SocketWire[];
    /** Those that have shaken hands: the same array for the swarm's life. */
    readonly wires: pwp.SocketWire[];
    /** Whether nobody is dialled. */
    paused: boolean;
    /** How many addresses wait to be dialled. */
    readonly queued: number;

    /**
     * How many pieces the torrent has, or null while that is not known. Set it when the metadata comes:
     * it is then set on all wires, those there are and those to come. See {@link pwp.Wire.pieceCount}.
     *
     * @throws {pwp.ArgumentError} when set to anything but null or an integer from 1 to 2^31
     */
    pieceCount: number | null;

    /**
     * Adds a peer: it is dialled as soon as there is a place. One that was lost after it had shaken hands
     * is dialled again after 1, 5 and 15 seconds; any other is forgotten, and may be added again.
     *
     * @param address `host:port`, of a name, of IPv4, or of IPv6 in brackets. What is no address, as
     *   others tell it, is passed over, and so is one that is known
     */
    add(address: string): void;
    /**
     * Forgets a peer, and destroys its wire. Also of one that has come by itself.
     *
     * @param peer its address, or its wire
     */
    remove(peer: string | pwp.SocketWire): void;
    /** Dials nobody until {@link resume}. Connections stay, and peers may come. */
    pause(): void;
    /** Dials again, while there are places. */
    resume(): void;
    /**
     * Sets whom to dial first: the highest level does, and of one level whoever has waited longest.
     *
     * @param peer its address, or its wire
     * @param level any number. Default: what it is, 0 at first
     * @returns the peer's level, 0 for one that is not known
     */
    priority(peer: string | pwp.SocketWire, level?: number): number;
    /**
     * Takes peers that come. Swarms of one process that listen on the same port share it: a peer says
     * which torrent it wants.
     *
     * @param port from 0, for any that is free, to 65535. Default: 0
     * @param onListening called at the next `listening`
     */
    listen(port?: number | string, onListening?: (() => void) | null): void;
    /** Destroys all wires, forgets all peers, and listens no more. `close` comes in the next tick. */
    destroy(): void;

    on<E extends EventName>(event: E, listener: Listener<E>): this;
    once<E extends EventName>(event: E, listener: Listener<E>): this;
    off<E extends EventName>(event: E, listener: Listener<E>): this;
    addListener<E extends EventName>(event: E, listener: Listener<E>): this;
    removeListener<E extends EventName>(event: E, listener: Listener<E>): this;
    prependListener<E extends EventName>(event: E, listener: Listener<E>): this;
    prependOnceListener<E extends EventName>(event: E, listener: Listener<E>): this;
    emit<E extends EventName>(event: E, ...args: Arguments<E>): boolean;
  }
}

export = Swarm;
