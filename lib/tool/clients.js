'use strict';

/** Which client a peer id is of: https://www.bittorrent.org/beps/bep_0020.html */

/**
 * Azureus style, `-LT2080-`: codes of BEP 20, and of the clients seen since under
 * https://wiki.theory.org/BitTorrentSpecification#peer_id.
 * @type {Record<string, string>}
 */
const AZUREUS = {
  '7T': 'aTorrent',
  AG: 'Ares',
  'A~': 'Ares',
  AR: 'Arctic',
  AV: 'Avicora',
  AX: 'BitPump',
  AZ: 'Azureus',
  BB: 'BitBuddy',
  BC: 'BitComet',
  BF: 'Bitflu',
  BG: 'BTG',
  BI: 'BiglyBT',
  BR: 'BitRocket',
  BS: 'BTSlave',
  BT: 'BitTorrent',
  BX: 'Bittorrent X',
  CD: 'Enhanced CTorrent',
  CT: 'CTorrent',
  DE: 'Deluge',
  DP: 'Propagate Data Client',
  EB: 'EBit',
  ES: 'electric sheep',
  FD: 'Free Download Manager',
  FT: 'FoxTorrent',
  FW: 'FrostWire',
  FX: 'Freebox BitTorrent',
  GS: 'GSTorrent',
  HL: 'Halite',
  HN: 'Hydranode',
  KG: 'KGet',
  KT: 'KTorrent',
  LH: 'LH-ABC',
  LP: 'Lphant',
  LT: 'libtorrent',
  lt: 'libTorrent (rTorrent)',
  LW: 'LimeWire',
  MO: 'MonoTorrent',
  MP: 'MooPolice',
  MR: 'Miro',
  MT: 'MoonlightTorrent',
  NX: 'Net Transport',
  OT: 'OmegaTorrent',
  PD: 'Pando',
  PN: 'peer-wire-protocol-native',
  PI: 'PicoTorrent',
  qB: 'qBittorrent',
  QD: 'QQDownload',
  QT: 'Qt 4 Torrent',
  RT: 'Retriever',
  'S~': 'Shareaza alpha/beta',
  SB: 'Swiftbit',
  SS: 'SwarmScope',
  ST: 'SymTorrent',
  st: 'sharktorrent',
  SZ: 'Shareaza',
  TN: 'TorrentDotNET',
  TR: 'Transmission',
  TS: 'Torrentstorm',
  TT: 'TuoTu',
  UL: 'uLeecher!',
  UM: 'µTorrent for Mac',
  UT: 'µTorrent',
  UW: 'µTorrent Web',
  VG: 'Vagaa',
  WD: 'WebTorrent Desktop',
  WT: 'BitLet',
  WW: 'WebTorrent',
  WY: 'FireTorrent',
  XL: 'Xunlei',
  XT: 'XanTorrent',
  XX: 'Xtorrent',
  ZT: 'ZipTorrent',
};

/** Shadow's style, `S58B-----`: BEP 20. @type {Record<string, string>} */
const SHADOW = {
  A: 'ABC',
  O: 'Osprey Permaseed',
  Q: 'BTQueue',
  R: 'Tribler',
  S: "Shadow's client",
  T: 'BitTornado',
  U: 'UPnP NAT BitTorrent client',
};

/** Digits of both styles, from which a version's numbers are made. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-';

/**
 * @param {string} digits
 * @returns {string} `2080` as `2.0.8.0`
 */
function dotted(digits) {
  return Array.from(digits, (digit) => DIGITS.indexOf(digit)).join('.');
}

/**
 * Transmission's `4050` is 4.0.5: two digits of the second number until 3, one since, and one that says
 * whether it is a release.
 * @param {string} digits
 */
function transmission(digits) {
  const [major, minor, patch] = digits;
  return Number(major) >= 4 ? `${major}.${minor}.${patch}` : `${major}.${minor}${patch}`;
}

/**
 * @param {Uint8Array} peerId 20 bytes
 * @returns {{ name: string, version: string } | null} the client, as far as its id says
 */
function clientOf(peerId) {
  const id = Buffer.from(peerId).toString('latin1');
  const azureus = /^-([A-Za-z0-9~]{2})([0-9A-Za-z.]{4})-/.exec(id);
  if (azureus !== null) {
    const [, code, digits] = azureus;
    const name = Object.hasOwn(AZUREUS, code) ? AZUREUS[code] : `unknown client ${code}`;
    const isNumbered = code === 'TR' && /^\d{3}/.test(digits);
    return { name, version: isNumbered ? transmission(digits) : dotted(digits) };
  }
  const mainline = /^M(\d{1,2}-\d{1,2}-\d{1,2})-/.exec(id);
  if (mainline !== null) return { name: 'BitTorrent', version: mainline[1].replaceAll('-', '.') };
  const shadow = /^([AOQRSTU])(?=[0-9A-Za-z.-]{5}---)([0-9A-Za-z.]+)/.exec(id);
  if (shadow !== null) return { name: SHADOW[shadow[1]], version: dotted(shadow[2]) };
  return null;
}

module.exports = { clientOf };
