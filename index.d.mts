import pwp from './index.js';

/** Makes a wire, called with `new` or without: the same function as the default export. */
export declare const Wire: pwp.Constructor;
export type Wire = pwp.Wire;
export type Options = pwp.Options;
export type HandshakeExtensions = pwp.HandshakeExtensions;
export type PeerExtensions = pwp.PeerExtensions;
export type Bitfield = pwp.Bitfield;
export type Bencodable = pwp.Bencodable;
export type RequestCallback = pwp.RequestCallback;
export type Respond = pwp.Respond;
export type Request = pwp.Request;
export type PeerRequest = pwp.PeerRequest;
export type RequestErrorCode = pwp.RequestErrorCode;
export type RequestError = pwp.RequestError;
export type PeerErrorCode = pwp.PeerErrorCode;
export type CloseReason = pwp.CloseReason;
export type ArgumentErrorCode = pwp.ArgumentErrorCode;
export type ArgumentError = pwp.ArgumentError;
export type Events = pwp.Events;
export type Extension = pwp.Extension;
export type ExtensionConstructor = pwp.ExtensionConstructor;
export type ExtendedListener = pwp.ExtendedListener;
export type MissingError = pwp.MissingError;
export type MissingErrorCode = pwp.MissingErrorCode;
export type PeerExtendedHandshake = pwp.PeerExtendedHandshake;
export type ConnectOptions = pwp.ConnectOptions;
export type ServerOptions = pwp.ServerOptions;
export type ListenOptions = pwp.ListenOptions;
export type TransportOptions = pwp.TransportOptions;
export type Address = pwp.Address;
export type SocketWire = pwp.SocketWire;
export type ConnectionErrorCode = pwp.ConnectionErrorCode;
export type TransportErrorCode = pwp.TransportErrorCode;
export type Server = pwp.Server;
export type ServerEvents = pwp.ServerEvents;
/** Dials a peer: `pwp.connect`. */
export declare const connect: pwp.Constructor['connect'];
/** Makes a server of wires: `pwp.createServer`. */
export declare const createServer: pwp.Constructor['createServer'];
export default pwp;
