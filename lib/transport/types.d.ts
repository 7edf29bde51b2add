import type { EventEmitter } from 'node:events';
import type pwp = require('../../index.js');

/** How {@link pwp.Constructor.connect} dials, besides all the options of a wire. */
export interface ConnectOptions extends pwp.Options {
  /** An integer from 1 to 65535. */
  port: number;
  /** A name, or an address of IPv4 or IPv6. Of a name every address is tried. Default: `'localhost'`. */
  host?: string;
  /** Which of our addresses to dial from. Default: the system chooses. */
  localAddress?: string | null;
  /**
   * Milliseconds until the connection has to stand, an integer up to 2^31-1; 0 for as long as the
   * system tries. After it the wire closes with `ERR_PWP_CONNECTION_TIMEOUT`. Default: 0.
   */
  connectTimeout?: number;
  /** Whether what is sent leaves at once, instead of waiting for more (Nagle). Default: `true`. */
  noDelay?: boolean;
  /** Destroys the wire when it is aborted, with an `AbortError` as the reason. */
  signal?: AbortSignal | null;
}

/** How the wires of a {@link Server} are made. */
export interface ServerOptions extends pwp.Options {
  /** As {@link ConnectOptions.noDelay}. */
  noDelay?: boolean;
}

/** Where a {@link Server} listens. */
export interface ListenOptions {
  /** An integer from 0 to 65535; 0 for any that is free. Default: 0. */
  port?: number;
  /** A name or an address. Default: every address of the machine, of both families if it has them. */
  host?: string;
  /** How many connections may wait to be accepted. Default: 511. */
  backlog?: number;
  /** Closes the server when it is aborted. */
  signal?: AbortSignal;
}

/** How the threads are set up that read and write the sockets. */
export interface TransportOptions {
  /**
   * How many, an integer from 1 to 64. One reads a gigabyte in about as long as a memory takes to be
   * written twice; more of them help where many connections are encrypted. Default: the environment
   * variable `PEER_WIRE_PROTOCOL_THREADS`, else 1.
   */
  threads?: number;
  /**
   * Whether blocks are copied to memory of the engine's own. Where that takes no other, as in Electron,
   * it is done in any case. Default: `false`.
   */
  copy?: boolean;
}

/** One end of a connection. */
export interface Address {
  /** Without the port. */
  address: string;
  /** Which of the two protocols. */
  family: 'IPv4' | 'IPv6';
  /** The TCP port. */
  port: number;
}

/**
 * A wire with a socket of its own. Whatever {@link pwp.Wire} says holds for it, but that nobody pipes
 * it: its bytes do not come through JavaScript. It has no `data`, and `write` and `pipe` throw
 * `ERR_PWP_NOT_PIPED`.
 *
 * What is sent before the connection stands waits for it. When the peer ends the connection, everything
 * it had sent is told first; then the wire ends as if {@link pwp.Wire.destroy} had been called.
 * {@link pwp.Wire.destroy} lets out what was sent before, for up to five seconds.
 */
export interface SocketWire extends pwp.Wire {
  /** Whether the connection is still to stand. */
  readonly connecting: boolean;
  /** The peer's address, known once the connection stands, and from then on. */
  readonly remoteAddress: string | undefined;
  /** The peer's port, as {@link remoteAddress}. */
  readonly remotePort: number | undefined;
  /** Of the peer's address, as {@link remoteAddress}. */
  readonly remoteFamily: 'IPv4' | 'IPv6' | undefined;
  /** Our address on this connection, as {@link remoteAddress}. */
  readonly localAddress: string | undefined;
  /** Our port, as {@link localAddress}. */
  readonly localPort: number | undefined;
  /** Of our address, as {@link localAddress}. */
  readonly localFamily: 'IPv4' | 'IPv6' | undefined;
  /** Bytes that were sent and that the system has not taken yet. */
  readonly pendingBytes: number;
  /** Our end of the connection; `{}` before it stands. */
  address(): Address | Record<string, never>;
  /**
   * Whether what is sent leaves at once, as {@link ConnectOptions.noDelay}.
   *
   * @param isOn default: `true`
   */
  setNoDelay(isOn?: boolean): this;
  /** Keeps the process alive while the connection is open, as it does from the start. */
  ref(): this;
  /** Lets the process end. */
  unref(): this;
}

/**
 * Why a {@link SocketWire} was closed, if it was not for what its peer said. What the system calls it is
 * the `code` of the `cause`.
 *
 * - `ERR_PWP_CONNECTION_REFUSED`: nobody listens there.
 * - `ERR_PWP_CONNECTION_RESET`: the peer, or something on the way, has cut the connection.
 * - `ERR_PWP_CONNECTION_TIMEOUT`: it did not stand within {@link ConnectOptions.connectTimeout}, or the
 *   system has given up on the peer.
 * - `ERR_PWP_ADDRESS_NOT_FOUND`: a name without an address.
 * - `ERR_PWP_CONNECTION_FAILED`: anything else, such as a network that cannot be reached.
 */
export type ConnectionErrorCode =
  | 'ERR_PWP_CONNECTION_REFUSED'
  | 'ERR_PWP_CONNECTION_RESET'
  | 'ERR_PWP_CONNECTION_TIMEOUT'
  | 'ERR_PWP_ADDRESS_NOT_FOUND'
  | 'ERR_PWP_CONNECTION_FAILED';

/**
 * Thrown by what cannot be done:
 *
 * - `ERR_PWP_NOT_PIPED`: write to a {@link SocketWire}, or pipe it.
 * - `ERR_PWP_TRANSPORT_STARTED`: set up the threads when they run.
 */
export type TransportErrorCode = 'ERR_PWP_NOT_PIPED' | 'ERR_PWP_TRANSPORT_STARTED';

/** Both ends of a connection that was dropped. */
export interface Dropped {
  /** Our address. */
  localAddress: string;
  /** Our port. */
  localPort: number;
  /** Of our address. */
  localFamily: 'IPv4' | 'IPv6';
  /** The peer's address, without the port. */
  remoteAddress: string;
  /** The peer's port. */
  remotePort: number;
  /** Of the peer's address. */
  remoteFamily: 'IPv4' | 'IPv6';
}

/** The events of a {@link Server}, those of `net.Server`. */
export interface ServerEvents {
  /** It listens: {@link Server.address} is known. */
  listening: [];
  /** A peer has connected. What it sends is told from the next turn of the event loop on. */
  connection: [wire: SocketWire];
  /** It has been closed, and so have all its wires. */
  close: [];
  /** It cannot listen. The `code` is the system's: `EADDRINUSE`, `EACCES`. */
  error: [error: NodeJS.ErrnoException];
  /** A connection was closed at once, for {@link Server.maxConnections}. */
  drop: [ends: Dropped];
}

/** Takes connections and gives wires: `net.Server` with another kind of socket. */
export interface Server extends EventEmitter<ServerEvents> {
  /** Most wires open at once; any number if it is undefined. */
  maxConnections: number | undefined;
  /** Whether it listens. */
  readonly listening: boolean;
  /**
   * Begins to listen. Errors are emitted.
   *
   * @throws `ERR_SERVER_ALREADY_LISTEN`, and {@link pwp.ArgumentError} for what is no port
   */
  listen(port?: number, host?: string, backlog?: number, callback?: () => void): this;
  /** The same, with the default `backlog`. */
  listen(port?: number, host?: string, callback?: () => void): this;
  /** The same, at every address of the machine. */
  listen(port?: number, callback?: () => void): this;
  /** The same, by names. */
  listen(options: ListenOptions, callback?: () => void): this;
  /** The same, at any port that is free. */
  listen(callback?: () => void): this;
  /**
   * Takes no more connections. Those there are stay.
   *
   * @param callback told at `close`; with `ERR_SERVER_NOT_RUNNING` if it did not listen
   */
  close(callback?: (error?: Error) => void): this;
  /** Where it listens; null before and after. */
  address(): Address | null;
  /** How many wires are open. */
  getConnections(callback: (error: Error | null, count: number) => void): this;
  /** Keeps the process alive while it listens, as it does from the start. */
  ref(): this;
  /** Lets the process end. */
  unref(): this;
}
