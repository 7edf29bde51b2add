import type { Duplex } from 'node:stream';
import type * as transport from './lib/transport/types.js';

/**
 * Makes a wire, called with `new` or without.
 *
 * ```js
 * const wire = pwp({ pieceCount: 1200 });
 * socket.pipe(wire).pipe(socket);
 * ```
 */
declare const pwp: pwp.Constructor;

declare namespace pwp {
  /** What the package exports: the function that makes a wire, and what belongs to it. */
  interface Constructor {
    /**
     * @throws {ArgumentError} an option of the wrong type (`ERR_INVALID_ARG_TYPE`) or beyond its
     *   range (`ERR_OUT_OF_RANGE`)
     */
    new (options?: Options | null): Wire;
    /**
     * @throws {ArgumentError} an option of the wrong type (`ERR_INVALID_ARG_TYPE`) or beyond its
     *   range (`ERR_OUT_OF_RANGE`)
     */
    (options?: Options | null): Wire;
    /** What all wires inherit from. */
    readonly prototype: Wire;
    /** The same function, under the name that `import { Wire }` asks for. */
    readonly Wire: Constructor;
    /**
     * The pieces that a peer may ask for while we choke it: the canonical set of BEP 6, which depends
     * on the torrent and the first three bytes of the peer's address. Give each to
     * {@link Wire.allowedFast}.
     *
     * @param infoHash 20 bytes, or a string of 40 hexadecimal digits
     * @param address of the peer, IPv4 or IPv6, without its port. BEP 6 has no set for IPv6: none
     * @param pieceCount an integer from 1 to 2^31
     * @param count how many pieces, an integer from 0 to 1000. Default: 10
     * @throws {ArgumentError} an argument of the wrong type or beyond its range
     */
    allowedFastSet(
      infoHash: Uint8Array | string,
      address: string,
      pieceCount: number,
      count?: number,
    ): number[];
    /**
     * What a peer that begins encrypted asks for a torrent by, for {@link Options.infoHashes}.
     *
     * @param infoHash 20 or 32 bytes, or their hex
     * @returns 20 bytes
     * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
     * @throws {RangeError} `ERR_OUT_OF_RANGE` for another length
     */
    requestHash(infoHash: Uint8Array | string): Buffer;
    /**
     * Dials a peer. The wire is given at once; what the network does to it, it tells by its events.
     *
     * ```js
     * const wire = pwp.connect({ host: '203.0.113.5', port: 6881, encryption: 'prefer' });
     * wire.handshake(infoHash, peerId);
     * ```
     *
     * @throws {ArgumentError} an option of the wrong type or beyond its range
     */
    connect(options: ConnectOptions): SocketWire;
    /**
     * Makes a server of wires.
     *
     * @param onWire a listener of `connection`
     * @throws {ArgumentError} an option of the wrong type or beyond its range
     */
    createServer(
      options?: ServerOptions | null,
      onWire?: ((wire: SocketWire) => void) | null,
    ): Server;
    /** The same, with every option at its default. */
    createServer(onWire: (wire: SocketWire) => void): Server;
    /**
     * Sets up the threads of {@link connect} and {@link createServer}, of this environment: of the main
     * thread, or of a worker. Without it they are started as they come.
     *
     * @throws {ArgumentError} an option of the wrong type or beyond its range; an `Error` with
     *   `ERR_PWP_TRANSPORT_STARTED` when they run
     */
    configureTransport(options: TransportOptions): void;
    /** What {@link connect} gives, for `instanceof`. */
    readonly SocketWire: abstract new () => SocketWire;
    /** What {@link createServer} gives, for `instanceof`. */
    readonly Server: abstract new () => Server;
  }

  /** How {@link Constructor.connect} dials. */
  type ConnectOptions = transport.ConnectOptions;
  /** How {@link Constructor.createServer} makes its wires. */
  type ServerOptions = transport.ServerOptions;
  /** Where a {@link Server} listens. */
  type ListenOptions = transport.ListenOptions;
  /** How {@link Constructor.configureTransport} sets up the threads. */
  type TransportOptions = transport.TransportOptions;
  /** One end of a connection. */
  type Address = transport.Address;
  /** A wire with a socket of its own. */
  type SocketWire = transport.SocketWire;
  /** Why a {@link SocketWire} was closed, if not for what its peer said. */
  type ConnectionErrorCode = transport.ConnectionErrorCode;
  /** Thrown by what cannot be done with a {@link SocketWire} or its threads. */
  type TransportErrorCode = transport.TransportErrorCode;
  /** Takes connections and gives wires. */
  type Server = transport.Server;
  /** The events of a {@link Server}. */
  type ServerEvents = transport.ServerEvents;

  /** How a wire is made. Everything is optional; what is not given takes its default. */
  interface Options {
    /**
     * Seconds over which {@link Wire.uploadSpeed} and {@link Wire.downloadSpeed} average, from 0 to
     * 3600; 0 stands for the default. Default: 5.
     */
    speed?: number;
    /**
     * Longest message accepted, in bytes without its length prefix: an integer from 16393, a block
     * of 16 KiB, to 2^30. The wire closes on a longer length prefix, with
     * `ERR_PWP_MESSAGE_TOO_LONG`, before it keeps any of the message. Default: 1 MiB.
     */
    maxMessageSize?: number;
    /**
     * Most pieces a torrent may have while {@link pieceCount} is not known: an integer from 1 to
     * 2^31. A `have` beyond it closes the wire with `ERR_PWP_PIECE_INDEX`, a longer bitfield with
     * `ERR_PWP_BITFIELD_LENGTH`. Default: 2^21.
     */
    maxPieces?: number;
    /**
     * How many pieces the torrent has, if that is known: an integer from 1 to 2^31. Indexes and
     * bitfields are then checked exactly, as BEP 3 has them: a bitfield is one bit a piece, and its
     * spare bits are zero. Can be set later, see {@link Wire.pieceCount}. Default: not known.
     */
    pieceCount?: number | null;
    /**
     * Most requests of the peer kept waiting, an integer from 1. The excess is dropped.
     * Default: 2000.
     */
    maxPeerRequests?: number;
    /**
     * Bytes of unread output, and of blocks announced by `request` and not yet answered, above which
     * no `request` is emitted until enough is read or answered: an integer from 0. Default: 500 KiB.
     */
    uploadHighWaterMark?: number;
    /**
     * Most bytes of messages other than blocks that may wait while more than
     * {@link uploadHighWaterMark} lies unread, an integer from 0. Above it the peer is given up: the
     * wire closes with `ERR_PWP_BACKLOG`. Answers of one tick count before the peer could read them:
     * one who serves metadata of more than 4 MB through `ut_metadata`, which peers ask for at once,
     * needs more. Default: 4 MiB.
     */
    maxBacklog?: number;
    /**
     * Longest block the peer may ask for, in bytes: an integer from 1 to 2^30. A request for more,
     * or for nothing, is passed over. Default: 128 KiB.
     */
    maxBlockSize?: number;
    /**
     * Whether requests beyond what the peer says it queues, `reqq` (BEP 10), are held back, as clients
     * drop them without a word: those go out, oldest first, as others are answered. All of them are in
     * {@link Wire.requests}. Until the peer has said, 250 go out. Default: false.
     */
    respectReqq?: boolean;
    /**
     * Whether a message of an unknown id closes the wire, with `ERR_PWP_UNKNOWN_MESSAGE`, in place
     * of the event `unknownmessage`. Default: false.
     */
    strict?: boolean;
    /**
     * Message stream encryption, also called protocol encryption: it hides the connection from
     * whoever looks for BitTorrent in it, and protects nothing.
     *
     * - `'off'`: none, as in 0.7.1.
     * - `'prefer'`: the side that calls {@link Wire.handshake} before anything has come begins
     *   encrypted, and takes what the peer chooses. The other side takes what comes: encrypted or in the
     *   clear. A peer that does not speak it closes the connection, and {@link Wire.closeReason} is
     *   `ERR_PWP_ENCRYPTION_UNSUPPORTED`: dial again with `'off'`.
     * - `'require'`: nothing but RC4, from the first byte to the last.
     *
     * Where it is on, what is to be sent waits until it is settled, for 30 seconds at most; the
     * handshake goes along. Default: what the environment variable `PEER_WIRE_PROTOCOL_ENCRYPTION`
     * says, and else `'off'`.
     */
    encryption?: 'off' | 'prefer' | 'require';
    /**
     * The torrents that a peer may ask for which begins encrypted: it sends a hash of the info hash, see
     * {@link pwp.requestHash}. A list of info hashes, 20 or 32 bytes or their hex, which is read when the
     * wire is made; or a function that gives the info hash for such a request hash of 20 bytes, or
     * nothing. Default: those that wires of this process, with encryption on, have sent a handshake
     * about.
     */
    infoHashes?:
      | Iterable<Uint8Array | string>
      | ((requestHash: Buffer) => Uint8Array | string | null | undefined)
      | null;
    /**
     * Milliseconds from the wire's making in which the peer's handshake must have come whole, up to
     * 2^31 - 1; the wire then closes with `ERR_PWP_HANDSHAKE_TIMEOUT`. Does not keep the process
     * alive. Default: 0, no limit.
     */
    handshakeTimeout?: number;
    /**
     * Milliseconds of silence from the peer, up to 2^31 - 1, after which, and at most a fourth of
     * that later, the wire closes with `ERR_PWP_IDLE_TIMEOUT`. Peers send a keep-alive every two
     * minutes (BEP 3). Does not keep the process alive. Default: 0, no limit.
     */
    idleTimeout?: number;
  }

  /** What this side announces in its handshake. The extension protocol (BEP 10) always is. */
  interface HandshakeExtensions {
    /** Whether we take part in the distributed hash table (BEP 5). Default: false. */
    dht?: boolean;
    /** Whether we speak the Fast extension (BEP 6), see {@link Wire.hasFast}. Default: false. */
    fast?: boolean;
    /**
     * Whether we speak version 2 of the protocol (BEP 52), see {@link Wire.hasV2}. The info hash may
     * then be one of version 2, 32 bytes, of which the first 20 are sent. Default: false.
     */
    v2?: boolean;
  }

  /** What the peer announced in the reserved bits of its handshake (BEP 4). */
  interface PeerExtensions {
    /** The peer takes part in the distributed hash table (BEP 5). */
    dht: boolean;
    /** The peer speaks the extension protocol (BEP 10). */
    extended: boolean;
    /** The peer speaks the Fast extension (BEP 6). There only if so. */
    fast?: true;
    /** The peer speaks version 2 of the protocol too (BEP 52). There only if so. */
    v2?: true;
  }

  /** An extension handshake (BEP 10): what the peer said last. What is not of its type is left out. */
  interface PeerExtendedHandshake {
    /** Ids of the peer's extensions by their names: see {@link Wire.peerExtendedMapping}. */
    m?: Record<string, unknown>;
    /** Size of the torrent's metadata, in bytes (BEP 9). Nobody has checked it. */
    metadata_size?: number;
    /** The TCP port it listens on, from 0 to 65535. */
    p?: number;
    /** How many requests it queues, see {@link Options.respectReqq}. */
    reqq?: number;
    /** 1 when it wants nothing and only uploads (BEP 21). */
    upload_only?: number;
    /** Client and version, text in UTF-8. */
    v?: Buffer;
    /** Our address as it sees it: 4 or 16 bytes. */
    yourip?: Buffer;
    /** An address of its own, 4 bytes. */
    ipv4?: Buffer;
    /** An address of its own, 16 bytes. */
    ipv6?: Buffer;
    [key: string]: unknown;
  }

  /** What {@link Wire.use} makes, as `bittorrent-protocol` has it. Every hook is optional. */
  interface Extension {
    /** The peer's handshake has come, and its event was emitted: hashes in hexadecimal. */
    onHandshake?(infoHash: string, peerId: string, extensions: PeerExtensions): void;
    /** The peer's extension handshake has come, and has this extension. */
    onExtendedHandshake?(handshake: PeerExtendedHandshake): void;
    /** A message of this extension has come. */
    onMessage?(payload: Buffer): void;
  }

  /** A class of extensions: the `name` of its prototype is the extension's (BEP 10). */
  interface ExtensionConstructor {
    // biome-ignore lint/suspicious/noExplicitAny: written for the wire of bittorrent-protocol, most often
    new (wire: any): object;
  }

  /** A listener of `extended` on a wire with an extension in use. */
  type ExtendedListener = (name: number | string, message: Buffer | PeerExtendedHandshake) => void;

  /** Bytes, or an object that has them in `.buffer`, such as the `bitfield` package's. */
  type Bitfield =
    | Uint8Array
    | {
        /** The highest bit of the first byte for piece 0. */
        readonly buffer: Uint8Array;
      };

  /** What {@link Wire.extended} can bencode (BEP 3): numbers are integers. Keys that are undefined or null are left out. */
  type Bencodable =
    | string
    | number
    | Uint8Array
    | readonly Bencodable[]
    | ReadonlySet<Bencodable>
    | ReadonlyMap<string, Bencodable | null | undefined>
    | { readonly [key: string]: Bencodable | null | undefined };

  /** Gets the block, or the reason why there will be none. Called once. */
  type RequestCallback = (
    ...result: [error: null, block: Buffer] | [error: RequestError, block: null | undefined]
  ) => void;

  /**
   * Answers a request of the peer: with the block, or with an error, upon which nothing is sent.
   * Does nothing once the peer has cancelled the request, we have choked the peer, or the wire has
   * ended. The block is not copied: leave its bytes alone until they are written.
   *
   * @throws {ArgumentError} `ERR_INVALID_ARG_TYPE` when there is neither an error nor a block. The
   *   request can still be answered.
   */
  type Respond = (error?: Error | null, block?: Uint8Array | null) => void;

  /** A request of ours that waits for its block. */
  interface Request {
    /** The piece that the block is of. */
    piece: number;
    /** Where the block starts in the piece, in bytes. */
    offset: number;
    /** Length of the block, in bytes. */
    length: number;
    /** Gets the block, or why there is none. */
    callback: RequestCallback;
  }

  /** A request of the peer that waits for our answer. */
  interface PeerRequest {
    /** The piece that the block is of. */
    piece: number;
    /** Where the block starts in the piece, in bytes. */
    offset: number;
    /** Length of the block, in bytes. */
    length: number;
    /** Answers the request. */
    callback: Respond;
  }

  /**
   * Why a request failed:
   *
   * - `ERR_PWP_PEER_CHOKING` ("peer is choking"): the peer chokes us, or began to.
   * - `ERR_PWP_REQUEST_CANCELLED` ("request was cancelled"): {@link Wire.cancel} was called.
   * - `ERR_PWP_REQUEST_REJECTED` ("request was rejected"): the peer will not send it (BEP 6).
   * - `ERR_PWP_REQUEST_TIMEOUT` ("request has timed out"): see {@link Wire.setTimeout}.
   * - `ERR_PWP_WIRE_CLOSED` ("wire is closed"): the wire has ended.
   */
  type RequestErrorCode =
    | 'ERR_PWP_PEER_CHOKING'
    | 'ERR_PWP_REQUEST_CANCELLED'
    | 'ERR_PWP_REQUEST_REJECTED'
    | 'ERR_PWP_REQUEST_TIMEOUT'
    | 'ERR_PWP_WIRE_CLOSED';

  /** What a request's callback gets when there will be no block. */
  interface RequestError extends Error {
    /** Which of the reasons it is. */
    code: RequestErrorCode;
  }

  /**
   * What a peer can do wrong:
   *
   * - `ERR_PWP_NOT_BITTORRENT`: its first 20 bytes are not the protocol's name (BEP 3).
   * - `ERR_PWP_MESSAGE_TOO_LONG`: a length prefix above {@link Options.maxMessageSize}.
   * - `ERR_PWP_MESSAGE_LENGTH`: a length that no message of that id has (BEP 3, 5, 10).
   * - `ERR_PWP_PIECE_INDEX`: a piece that does not exist: in a `have` always, in other messages
   *   once {@link Options.pieceCount} is known.
   * - `ERR_PWP_BITFIELD_LENGTH`: a bitfield that does not fit the number of pieces.
   * - `ERR_PWP_BITFIELD_SPARE_BITS`: a bitfield with pieces after the last (BEP 3).
   * - `ERR_PWP_BLOCK_RANGE`: a block that ends beyond 2^32 bytes, where no piece does.
   * - `ERR_PWP_FAST_NOT_NEGOTIATED`: a message of the Fast extension, which only we announced (BEP 6).
   * - `ERR_PWP_HAVE_REPEATED`: that it has all pieces, or none, for the ninth time (BEP 6: once).
   * - `ERR_PWP_EXTENSION`: an extension threw at what it sent; what was thrown is the `cause`.
   * - `ERR_PWP_UNKNOWN_MESSAGE`: a message of an unknown id, with {@link Options.strict}.
   * - `ERR_PWP_BACKLOG`: it does not read, see {@link Options.maxBacklog}.
   * - `ERR_PWP_ENCRYPTION_UNSUPPORTED`: it hung up before it answered our encryption, or answered in
   *   the clear; see {@link Options.encryption}.
   * - `ERR_PWP_ENCRYPTION_REQUIRED`: it began in the clear, where encryption is required.
   * - `ERR_PWP_ENCRYPTION_TORRENT`: it asks for none of {@link Options.infoHashes}.
   * - `ERR_PWP_ENCRYPTION_METHOD`: it offers, or chose, what is not taken here.
   * - `ERR_PWP_ENCRYPTION_KEY`: a public key that gives the shared secret away.
   * - `ERR_PWP_ENCRYPTION_PADDING`: over 512 bytes of it.
   * - `ERR_PWP_ENCRYPTION_GARBLED`: what it encrypted cannot be read.
   * - `ERR_PWP_ENCRYPTION_BOTH_BEGAN`: it began too: both sides called {@link Wire.handshake} first.
   * - `ERR_PWP_ENCRYPTION_TIMEOUT`: the encryption was not settled within 30 seconds.
   * - `ERR_PWP_HANDSHAKE_TIMEOUT`: see {@link Options.handshakeTimeout}.
   * - `ERR_PWP_IDLE_TIMEOUT`: see {@link Options.idleTimeout}.
   */
  type PeerErrorCode =
    | 'ERR_PWP_NOT_BITTORRENT'
    | 'ERR_PWP_MESSAGE_TOO_LONG'
    | 'ERR_PWP_MESSAGE_LENGTH'
    | 'ERR_PWP_PIECE_INDEX'
    | 'ERR_PWP_BITFIELD_LENGTH'
    | 'ERR_PWP_BITFIELD_SPARE_BITS'
    | 'ERR_PWP_BLOCK_RANGE'
    | 'ERR_PWP_FAST_NOT_NEGOTIATED'
    | 'ERR_PWP_HAVE_REPEATED'
    | 'ERR_PWP_EXTENSION'
    | 'ERR_PWP_UNKNOWN_MESSAGE'
    | 'ERR_PWP_BACKLOG'
    | 'ERR_PWP_ENCRYPTION_UNSUPPORTED'
    | 'ERR_PWP_ENCRYPTION_REQUIRED'
    | 'ERR_PWP_ENCRYPTION_TORRENT'
    | 'ERR_PWP_ENCRYPTION_METHOD'
    | 'ERR_PWP_ENCRYPTION_KEY'
    | 'ERR_PWP_ENCRYPTION_PADDING'
    | 'ERR_PWP_ENCRYPTION_GARBLED'
    | 'ERR_PWP_ENCRYPTION_BOTH_BEGAN'
    | 'ERR_PWP_ENCRYPTION_TIMEOUT'
    | 'ERR_PWP_HANDSHAKE_TIMEOUT'
    | 'ERR_PWP_IDLE_TIMEOUT';

  /** Why a wire was closed: what the peer did wrong, or what {@link Wire.destroy} was given. */
  interface CloseReason extends Error {
    /**
     * A {@link PeerErrorCode} when the peer is to blame. `ERR_PWP_CHUNK_DETACHED` when a handler
     * transferred the memory of the chunk under way, with messages in it that were still to come.
     */
    code?: PeerErrorCode | (string & {});
  }

  /**
   * Thrown by a method that needs what the two sides have not agreed on:
   *
   * - `ERR_PWP_FAST_DISABLED`: the Fast extension, see {@link Wire.hasFast}.
   * - `ERR_PWP_V2_DISABLED`: version 2, see {@link Wire.hasV2}.
   * - `ERR_PWP_UNKNOWN_EXTENSION`: an extension of that name, see {@link Wire.peerExtendedMapping}.
   */
  type MissingErrorCode =
    | 'ERR_PWP_FAST_DISABLED'
    | 'ERR_PWP_V2_DISABLED'
    | 'ERR_PWP_UNKNOWN_EXTENSION';

  /** See {@link MissingErrorCode}. Nothing was sent. */
  interface MissingError extends Error {
    /** What the two sides have not agreed on. */
    code: MissingErrorCode;
  }

  /** What is wrong with an argument. */
  type ArgumentErrorCode = 'ERR_INVALID_ARG_TYPE' | 'ERR_OUT_OF_RANGE';

  /**
   * Thrown by a method that was called wrongly, before it has changed anything: a `TypeError` with
   * `ERR_INVALID_ARG_TYPE` or a `RangeError` with `ERR_OUT_OF_RANGE`. The message names the argument.
   */
  interface ArgumentError extends Error {
    /** Whether it is of the wrong type, or beyond its range. */
    code: ArgumentErrorCode;
  }

  /**
   * The events of a wire, with the arguments of their listeners. A message's state change comes
   * before its event, and a listener sees the wire as of that message, not of later ones.
   *
   * Buffers are views of the chunk they came in, where they lie in one.
   */
  interface Events {
    /** The connection stands: of a {@link SocketWire} that was dialled, and of no other. */
    connect: [];
    /** The peer's handshake (BEP 3): 20 bytes of info hash, 20 of peer id. */
    handshake: [infoHash: Buffer, peerId: Buffer, extensions: PeerExtensions];
    /** The peer will not answer requests (BEP 3). After this event the pending ones fail. */
    choke: [];
    /** The peer answers requests (BEP 3). */
    unchoke: [];
    /** The peer wants pieces that we have (BEP 3). */
    interested: [];
    /** The peer wants nothing at present (BEP 3). */
    uninterested: [];
    /** It is settled whether the connection is encrypted, see {@link Wire.encrypted}. */
    encryption: [encrypted: false | 'plain' | 'rc4'];
    /** The same, where it was encrypted at first, by the name of `bittorrent-protocol`. */
    'crypto-handshake': [];
    /**
     * A peer that begins encrypted asks for none of {@link Options.infoHashes}: the hex of the hash
     * it sent. A handler that knows the torrent calls {@link Wire.setInfoHash}. By the name of
     * `bittorrent-protocol`.
     */
    'crypto-infohash': [requestHash: string];
    /** The peer has completed a piece (BEP 3). */
    have: [index: number];
    /** The pieces the peer has (BEP 3), the highest bit of the first byte for piece 0. */
    bitfield: [bits: Buffer];
    /** The peer asks for a block (BEP 3). Not emitted while we choke it. Bytes. */
    request: [piece: number, offset: number, length: number, respond: Respond];
    /** A block has come (BEP 3), asked for or not. Its request's callback was called before. */
    piece: [piece: number, offset: number, block: Buffer];
    /** The peer no longer wants a block (BEP 3). Bytes. */
    cancel: [piece: number, offset: number, length: number];
    /** The UDP port of the peer's DHT node (BEP 5). */
    port: [port: number];
    /**
     * A message of the extension protocol (BEP 10): id 0 is the extension handshake. With an extension
     * in use (see {@link Wire.use}) it is `'handshake'` and what was decoded, or the name of an
     * extension of ours in place of its id: {@link ExtendedListener}.
     */
    extended: [id: number, payload: Buffer];
    /** The peer suggests that we ask for a piece (BEP 6). */
    suggest: [index: number];
    /** The peer has every piece (BEP 6), see {@link Wire.peerHaveAll}. */
    'have-all': [];
    /** The peer has no piece (BEP 6). */
    'have-none': [];
    /** The peer will not send a block (BEP 6). Its request's callback was called before. Bytes. */
    reject: [piece: number, offset: number, length: number];
    /** We may ask for a piece even while the peer chokes us (BEP 6). */
    'allowed-fast': [index: number];
    /** The peer asks for hashes of a file's tree (BEP 52). */
    'hash-request': [
      piecesRoot: Buffer,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
    ];
    /** Hashes of a file's tree have come, 32 bytes each, as many as the numbers ask for (BEP 52). */
    hashes: [
      piecesRoot: Buffer,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
      hashes: Buffer,
    ];
    /** The peer will not send hashes (BEP 52). */
    'hash-reject': [
      piecesRoot: Buffer,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
    ];
    /** The peer is still there (BEP 3). */
    'keep-alive': [];
    /** A message whose id is not known: its whole body, id included. */
    unknownmessage: [body: Buffer];
    /** A request has timed out, see {@link Wire.setTimeout}. Its callback was called before. */
    timeout: [];
    /** A block of this many bytes was sent. */
    upload: [bytes: number];
    /** A block of this many bytes has come. */
    download: [bytes: number];

    /** The wire is closed: {@link Wire.closeReason} may say why. Once. */
    close: [];
    /** Nothing more is taken from the peer. Pending requests fail with it. Once. */
    finish: [];
    /** Everything that was sent has been read. Once, whether anybody reads or not. */
    end: [];
    /** Emitted only where somebody listens: a peer's mistake never ends the process. */
    error: [error: CloseReason];
    /** Bytes for the peer. */
    data: [chunk: Buffer];
    /** What waited has been taken: go on writing, as of any `Writable`. */
    drain: [];
    /** `pause()` was called, as of any `Readable`. */
    pause: [];
    /** There is something to read, or the end, as of any `Readable`. */
    readable: [];
    /** `resume()` was called, as of any `Readable`. */
    resume: [];
    /** Something is piped to the wire, as of any `Writable`. */
    pipe: [source: import('node:stream').Readable];
    /** Something is no longer piped to it, as of any `Writable`. */
    unpipe: [source: import('node:stream').Readable];
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

  /**
   * One connection to a peer: what the peer sends is written to it, what is to be sent to the peer
   * is read from it.
   *
   * Messages leave in the order of the calls, those of one tick together. After the wire has ended
   * they are dropped silently. An argument of the wrong type or range throws an
   * {@link ArgumentError} and changes nothing.
   */
  interface Wire extends Duplex {
    /**
     * How the connection goes on after the exchange that {@link Options.encryption} begins with: `'rc4'`,
     * encrypted; `'plain'`, in the clear; `false` where there was no such exchange, or is no end of it
     * yet.
     */
    readonly encrypted: false | 'plain' | 'rc4';

    /** We do not answer the peer's requests. True at first (BEP 3). */
    amChoking: boolean;
    /** We want pieces that the peer has. False at first (BEP 3). */
    amInterested: boolean;
    /** The peer does not answer our requests. True at first (BEP 3). */
    peerChoking: boolean;
    /** The peer wants pieces that we have. False at first (BEP 3). */
    peerInterested: boolean;
    /**
     * Which pieces the peer has: the same array for the wire's life. A bitfield makes it
     * {@link pieceCount} long, or eight times its bytes where that is not known; there are holes
     * where nothing was said.
     */
    peerPieces: boolean[];
    /** What the peer announced; empty before its handshake. */
    peerExtensions: Partial<PeerExtensions>;
    /**
     * Both sides speak the Fast extension (BEP 6). Every request then has one answer, a block or a
     * `reject`: a choke of the peer fails nothing, and ours, an error given to a {@link Respond}, a
     * request beyond the bounds and one that is cancelled are answered by a `reject`.
     */
    readonly hasFast: boolean;
    /**
     * This is a connection of version 2 (BEP 52): we announced it, and the info hash is one of version
     * 2. It is when we gave one of 32 bytes, or when one side has answered the other's hash with
     * another, as BEP 52 has it for a torrent of both versions.
     */
    readonly hasV2: boolean;
    /**
     * The peer has said that it has every piece (BEP 6). {@link peerPieces} then says so too, once
     * {@link pieceCount} is known, if it is at most 2^25.
     */
    readonly peerHaveAll: boolean;
    /** Pieces the peer may ask for while we choke it (BEP 6): those of {@link allowedFast}. */
    readonly allowedFastSet: number[];
    /** Pieces we may ask for while the peer chokes us (BEP 6), the newest 100. */
    readonly peerAllowedFastSet: number[];
    /** Our extensions, names by ids (BEP 10). */
    readonly extendedMapping: Record<number, string>;
    /** The peer's extensions, ids by names (BEP 10), 256 at most. Empty while none is in use. */
    readonly peerExtendedMapping: Record<string, number>;
    /** What our extension handshake says besides `m` (BEP 10): set `v`, `p`, `reqq` and the like. */
    extendedHandshake: Record<string, Bencodable | null | undefined>;
    /** The peer's last extension handshake (BEP 10). Empty while none is in use. */
    readonly peerExtendedHandshake: PeerExtendedHandshake;
    /** Yours to set. Null at first. */
    peerAddress: string | null;

    /** Bytes of blocks sent. */
    uploaded: number;
    /** Bytes of blocks received. */
    downloaded: number;
    /** Bytes of blocks sent per second, over the last {@link Options.speed} seconds. */
    uploadSpeed(): number;
    /** Bytes of blocks received per second, over the last {@link Options.speed} seconds. */
    downloadSpeed(): number;

    /** Our requests that wait for their blocks, oldest first: the first is the head. */
    requests: Request[];
    /** The peer's requests that wait for our answers, oldest first. */
    peerRequests: PeerRequest[];

    /**
     * How many pieces the torrent has, or null while that is not known. Set it when the metadata
     * comes: bitfields and `have` are checked exactly from then on, and {@link peerPieces} is cut to
     * it. Set in a handler of `handshake`
     * or `extended`, it holds for the very next message; in another, from the next chunk on.
     *
     * @throws {ArgumentError} when set to anything but null or an integer from 1 to 2^31
     */
    pieceCount: number | null;
    /** Why the wire was closed, if there was a reason but the wish to. */
    closeReason: CloseReason | null;

    /**
     * Sends our handshake (BEP 3), which announces the extension protocol (BEP 10).
     *
     * @param infoHash 20 bytes, or a string of 40 hexadecimal digits; with `v2` also 32 bytes, or 64
     *   digits
     * @param peerId 20 bytes, or a text of 20 bytes in UTF-8
     * @throws {ArgumentError} unless both are as long
     */
    handshake(
      infoHash: Uint8Array | string,
      peerId: Uint8Array | string,
      extensions?: HandshakeExtensions | null,
    ): void;
    /**
     * Begins the encryption ahead of the handshake, by the name of `bittorrent-protocol`.
     * {@link handshake} does so by itself. Does nothing with {@link Options.encryption} off.
     *
     * @param infoHash 20 or 32 bytes, or their hex
     */
    startEncryption(infoHash: Uint8Array | string): void;
    /**
     * Tells which torrent the peer asks for, in a handler of `crypto-infohash`.
     *
     * @param infoHash 20 or 32 bytes, or their hex
     */
    setInfoHash(infoHash: Uint8Array | string): void;

    /**
     * Stops answering the peer (BEP 3) and forgets its requests. With {@link hasFast} they are rejected,
     * but for those of {@link allowedFastSet}. Sends nothing if we choke it.
     */
    choke(): void;
    /** Begins to answer the peer (BEP 3). Sends nothing if we do not choke it. */
    unchoke(): void;
    /** Says that we want pieces of the peer (BEP 3). Sends nothing if we said so before. */
    interested(): void;
    /** Says that we want nothing at present (BEP 3). Sends nothing if we said so before. */
    uninterested(): void;
    /**
     * Says that we have completed a piece (BEP 3).
     *
     * @param index an integer from 0 to 2^32 - 1
     */
    have(index: number): void;
    /**
     * Says which pieces we have (BEP 3). The bytes are copied.
     *
     * @param bitfield the highest bit of the first byte for piece 0
     */
    bitfield(bitfield: Bitfield): void;
    /**
     * Asks for a block (BEP 3). While the peer chokes us, but for pieces of
     * {@link peerAllowedFastSet}, or after the end, nothing is sent and the callback fails at once,
     * inside this call.
     *
     * @param index the piece, an integer from 0 to 2^32 - 1
     * @param offset where the block starts in the piece, in bytes, from 0 to 2^32 - 1
     * @param length of the block, in bytes, from 0 to 2^32 - 1; the usual is 16384
     * @param callback called once
     */
    request(index: number, offset: number, length: number, callback?: RequestCallback | null): void;
    /** The same, for a callback that only wants to know whether it went well. */
    request(
      index: number,
      offset: number,
      length: number,
      callback: (error: RequestError | null) => void,
    ): void;
    /**
     * Asks for a block, like {@link request}, and promises it.
     *
     * @param options `signal`: takes the request back when it is aborted
     * @returns the block; rejected with a {@link RequestError}, with an `AbortError` (`ABORT_ERR`, the
     *   signal's reason as `cause`), or with an {@link ArgumentError}
     */
    requestBlock(
      index: number,
      offset: number,
      length: number,
      options?: { signal?: AbortSignal } | null,
    ): Promise<Buffer>;
    /**
     * Sends a block (BEP 3), asked for or not: answers to requests go by their own callback. The
     * block is not copied: leave its bytes alone until they are written.
     *
     * @param index the piece, an integer from 0 to 2^32 - 1
     * @param offset where the block starts in the piece, in bytes, from 0 to 2^32 - 1
     * @returns whether to go on: false while more than {@link Options.uploadHighWaterMark} is unread,
     *   when an uploader does well to wait for the next `request`
     */
    piece(index: number, offset: number, block: Uint8Array): boolean;
    /**
     * Takes a request back (BEP 3). Of several equal ones the oldest fails, with
     * `ERR_PWP_REQUEST_CANCELLED`. The message is sent even if there was no such request.
     *
     * @param index the piece, an integer from 0 to 2^32 - 1
     * @param offset where the block starts in the piece, in bytes, from 0 to 2^32 - 1
     * @param length of the block, in bytes, from 0 to 2^32 - 1
     */
    cancel(index: number, offset: number, length: number): void;
    /**
     * Sends a message of the extension protocol (BEP 10).
     *
     * @param id an integer from 0 to 255: 0 for the extension handshake, others as the peer named
     *   them in its own. With an extension in use, also a name of {@link peerExtendedMapping}
     * @throws {MissingError} `ERR_PWP_UNKNOWN_EXTENSION` when the peer has no extension of that name. To
     *   one that it has taken away nothing is sent
     * @param message bytes, sent as they are, or a value to bencode
     */
    extended(id: number | string, message: Bencodable): void;
    /**
     * Puts an extension to use (BEP 10), in the manner of `bittorrent-protocol`, whose extensions work
     * unchanged: makes one, puts it on the wire under its name, and sends the extension handshake when
     * both sides' handshakes have been exchanged. Put the first to use in a handler of `handshake` at
     * the latest: what the peer says of its extensions before that is not kept. What an extension throws at a message of the peer
     * closes the wire with `ERR_PWP_EXTENSION`.
     *
     * @throws {ArgumentError} no name, one that means something to a wire, or more than 255 of them
     */
    use(Extension: ExtensionConstructor): void;

    /**
     * Says that we have every piece, in place of a bitfield (BEP 6).
     *
     * @throws {MissingError} unless {@link hasFast}
     */
    haveAll(): void;
    /**
     * Says that we have no piece, in place of a bitfield (BEP 6).
     *
     * @throws {MissingError} unless {@link hasFast}
     */
    haveNone(): void;
    /**
     * Suggests a piece to the peer (BEP 6).
     *
     * @param index an integer from 0 to 2^32 - 1
     * @throws {MissingError} unless {@link hasFast}
     */
    suggest(index: number): void;
    /**
     * Tells the peer that a block will not be sent (BEP 6), and forgets the request for it.
     *
     * @param index the piece, an integer from 0 to 2^32 - 1
     * @param offset where the block starts in the piece, in bytes, from 0 to 2^32 - 1
     * @param length of the block, in bytes, from 0 to 2^32 - 1
     * @throws {MissingError} unless {@link hasFast}
     */
    reject(index: number, offset: number, length: number): void;
    /**
     * Lets the peer ask for a piece even while we choke it (BEP 6).
     *
     * @param index an integer from 0 to 2^32 - 1
     * @throws {MissingError} unless {@link hasFast}
     */
    allowedFast(index: number): void;

    /**
     * Asks for hashes of a file's tree (BEP 52).
     *
     * @param piecesRoot the root of the file's tree, 32 bytes
     * @param baseLayer how many layers above the leaves they start, from 0 to 2^32 - 1, as the rest
     * @param index the first of them, a multiple of `length`
     * @param length how many, a power of two; BEP 52 wants at most 512
     * @param proofLayers how many layers of ancestors prove them
     * @throws {MissingError} unless {@link hasV2}
     */
    hashRequest(
      piecesRoot: Uint8Array,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
    ): void;
    /**
     * Answers a request for hashes (BEP 52). The bytes are copied.
     *
     * @param hashes 32 bytes each, exactly as many as the numbers ask for: `length` of the base layer,
     *   then an uncle for each proof layer but the first `log2(length) - 1`
     * @throws {MissingError} unless {@link hasV2}
     */
    hashes(
      piecesRoot: Uint8Array,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
      hashes: Uint8Array,
    ): void;
    /**
     * Says that hashes will not be sent (BEP 52): see {@link hashRequest}.
     *
     * @throws {MissingError} unless {@link hasV2}
     */
    hashReject(
      piecesRoot: Uint8Array,
      baseLayer: number,
      index: number,
      length: number,
      proofLayers: number,
    ): void;

    /**
     * Tells the UDP port of our DHT node (BEP 5).
     *
     * @param port an integer from 0 to 65535
     */
    port(port: number): void;

    /**
     * Sends a keep-alive (BEP 3) every 60 seconds from now on, or no longer.
     *
     * @param enabled default: true
     */
    setKeepAlive(enabled?: boolean): void;
    /**
     * Limits how long the head, the oldest request, may take from when it became the head. One that
     * takes longer fails with `ERR_PWP_REQUEST_TIMEOUT`, and `timeout` is emitted.
     *
     * @param milliseconds from 0, for no limit, to 2^31 - 1
     * @param listener added to the event `timeout`
     */
    setTimeout(milliseconds: number, listener?: (() => void) | null): void;

    /**
     * Ends both sides: `close` at once, then `finish` and `end`. Unlike other streams' it lets go
     * out what was sent before.
     *
     * @param error kept in {@link closeReason}, and emitted as `error` if somebody listens
     */
    destroy(error?: Error | null): this;

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

export = pwp;
