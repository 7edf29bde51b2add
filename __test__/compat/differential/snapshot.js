'use strict';

/**
 * The public fields of a wire as one line, cheap enough to take at every event.
 * @param {any} wire
 */
function snapshot(wire) {
  const flag = (value) => (value === true ? '1' : value === false ? '0' : String(value));
  return (
    `am:${flag(wire.amChoking)}${flag(wire.amInterested)}` +
    ` peer:${flag(wire.peerChoking)}${flag(wire.peerInterested)}` +
    ` up:${wire.uploaded} down:${wire.downloaded}` +
    ` requests:${requests(wire.requests)} peerRequests:${requests(wire.peerRequests)}` +
    ` pieces:${pieces(wire.peerPieces)} ext:${JSON.stringify(wire.peerExtensions)}`
  );
}

/**
 * piece/offset/length of each, and the tag of the callback, which tells equal ones apart.
 * @param {any[]} list
 */
function requests(list) {
  let text = '[';
  for (const { piece, offset, length, callback } of list) {
    const tag = typeof callback === 'function' ? (callback.tag ?? '') : typeof callback;
    text += ` ${piece}/${offset}/${length}#${tag}`;
  }
  return `${text} ]`;
}

/**
 * A hole is not `false`: both the values and the length are compared.
 * @param {any[]} list
 */
function pieces(list) {
  const { length } = list;
  if (length <= 64) {
    let text = '';
    for (let i = 0; i < length; i++) text += letter(list[i]);
    return `${length}(${text})`;
  }
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++)
    hash = Math.imul(hash ^ letter(list[i]).charCodeAt(0), 0x01000193);
  return `${length}(#${(hash >>> 0).toString(16)})`;
}

const letter = (value) =>
  value === true ? '1' : value === false ? '0' : value === undefined ? '.' : '?';

module.exports = { snapshot };
