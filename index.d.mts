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
export default pwp;
