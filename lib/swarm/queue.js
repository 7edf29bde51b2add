'use strict';

/**
 * Where a value stands in a queue.
 * @template T
 * @typedef {{ value: T, list: List<T> | null, before: Place<T>, after: Place<T> }} Place
 */

/**
 * Values of one priority, as a ring: a swarm may know of very many addresses, and any of them may be
 * taken out.
 * @template T
 */
class List {
  /** @type {Place<T> | null} */
  first = null;
  /** @param {number} level */
  constructor(level) {
    this.level = level;
  }

  /**
   * @param {T} value
   * @returns {Place<T>} at the end
   */
  push(value) {
    /** @type {any} */
    const place = { value, list: this };
    if (this.first === null) {
      place.before = place;
      place.after = place;
      this.first = place;
    } else {
      place.before = this.first.before;
      place.after = this.first;
      place.before.after = place;
      place.after.before = place;
    }
    return place;
  }

  /** @param {Place<T>} place */
  remove(place) {
    place.before.after = place.after;
    place.after.before = place.before;
    if (this.first === place) this.first = place.after === place ? null : place.after;
    place.list = null;
  }
}

/**
 * What waits for its turn: the highest level first, and of one level whatever has waited longest.
 * @template T
 */
class Queue {
  /** None is empty, the highest comes first. @type {List<T>[]} */
  #lists = [];

  /** How many wait. */
  length = 0;

  /**
   * @param {T} value
   * @param {number} level any number
   * @returns {Place<T>}
   */
  push(value, level) {
    this.length++;
    return this.#listOf(level).push(value);
  }

  /**
   * The same, ahead of its level.
   * @param {T} value
   * @param {number} level any number
   * @returns {Place<T>}
   */
  unshift(value, level) {
    const place = this.push(value, level);
    // Of a ring, the last is before the first.
    /** @type {List<T>} */ (place.list).first = place;
    return place;
  }

  /** @param {Place<T>} place nothing happens if it was left before */
  remove(place) {
    const { list } = place;
    if (list === null) return;
    this.length--;
    list.remove(place);
    if (list.first === null) this.#lists.splice(this.#lists.indexOf(list), 1);
  }

  /** @returns {T | null} whose turn it is */
  shift() {
    const place = this.#lists[0]?.first ?? null;
    if (place === null) return null;
    this.remove(place);
    return place.value;
  }

  /** @param {number} level */
  #listOf(level) {
    // Levels are few.
    const at = this.#lists.findIndex((list) => list.level <= level);
    const found = this.#lists[at];
    if (found?.level === level) return found;
    /** @type {List<T>} */
    const made = new List(level);
    this.#lists.splice(at === -1 ? this.#lists.length : at, 0, made);
    return made;
  }
}

module.exports = Queue;
