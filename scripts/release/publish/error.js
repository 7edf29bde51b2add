'use strict';

/** Why nothing more is published, in words for who publishes. */
class PublishError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'PublishError';
    this.code = 'ERR_PUBLISH';
  }
}

module.exports = { PublishError };
