// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: for the same reason
// The same package by ES modules.

import type { Duplex } from 'node:stream';
import pwp, { Wire } from 'peer-wire-protocol-native';
import type * as types from 'peer-wire-protocol-native';
import type {
  ArgumentError,
  ArgumentErrorCode,
  Bencodable,
  Bitfield,
  CloseReason,
  Events,
  Extension,
  ExtensionConstructor,
  ExtendedListener,
  HandshakeExtensions,
  MissingError,
  MissingErrorCode,
  Options,
  PeerErrorCode,
  PeerExtendedHandshake,
  PeerExtensions,
  PeerRequest,
  Request,
  RequestCallback,
  RequestError,
  RequestErrorCode,
  Respond,
} from 'peer-wire-protocol-native';
import type { Same } from './same.d.ts';

const wire: Wire = pwp();
const made: Wire = new pwp();
const named: Wire = Wire({ speed: 5 });
const namedMade: pwp.Wire = new Wire({ pieceCount: 1200 });
const duplex: Duplex = named;

class MyWire extends Wire {
  torrent = 'a';
}
const mine: pwp.Wire = new MyWire({ maxPieces: 10 });

const anything: unknown = wire;
if (anything instanceof Wire) anything.unchoke();

wire.on('request', (piece, offset, length, respond) => {
  const named: Same<typeof respond, Respond> = true;
  respond(null, Buffer.alloc(length));
});
wire.request(0, 0, 16384, (error, block) => {
  if (error) return;
  block.readUInt8(0);
});

// What the namespace has is exported by name as well.

const same: Same<
  [
    ArgumentError,
    ArgumentErrorCode,
    Bencodable,
    Bitfield,
    CloseReason,
    Events,
    Extension,
    ExtensionConstructor,
    ExtendedListener,
    HandshakeExtensions,
    MissingError,
    MissingErrorCode,
    Options,
    PeerErrorCode,
    PeerExtendedHandshake,
    PeerExtensions,
    PeerRequest,
    Request,
    RequestCallback,
    RequestError,
    RequestErrorCode,
    Respond,
    Wire,
    types.Wire,
  ],
  [
    pwp.ArgumentError,
    pwp.ArgumentErrorCode,
    pwp.Bencodable,
    pwp.Bitfield,
    pwp.CloseReason,
    pwp.Events,
    pwp.Extension,
    pwp.ExtensionConstructor,
    pwp.ExtendedListener,
    pwp.HandshakeExtensions,
    pwp.MissingError,
    pwp.MissingErrorCode,
    pwp.Options,
    pwp.PeerErrorCode,
    pwp.PeerExtendedHandshake,
    pwp.PeerExtensions,
    pwp.PeerRequest,
    pwp.Request,
    pwp.RequestCallback,
    pwp.RequestError,
    pwp.RequestErrorCode,
    pwp.Respond,
    pwp.Wire,
    pwp.Wire,
  ]
> = true;
