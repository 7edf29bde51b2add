'use strict';

// The rows of the table: each a clean project, and what has to work in it.

/**
 * @typedef {object} Context
 * @property {string} registry on loopback
 * @property {string} version of what is published
 * @property {string[]} platforms the names of the platforms' packages
 * @property {string} packages the folder of what is published
 * @property {string} mismatched a version of the main package whose addon is of another
 * @property {(manifest?: object) => import('../project.js').Project} project a clean one
 *
 * @typedef {object} Played
 * @property {string[]} used what of the package was put to use
 * @property {import('../contents.js').Landed[]} [contents] what was installed
 *
 * @typedef {object} Row
 * @property {string} name for --only
 * @property {import('../managers.js').Manager} manager
 * @property {string} how it is installed: the command
 * @property {string} [note] what else there is to it, in Markdown
 * @property {(context: Context) => Promise<Played>} play throws where something is not as it should be
 */

/** @type {Row[]} */
const QUICK_ROWS = [
  ...require('./names.js').rows,
  ...require('./overrides.js').rows,
  ...require('./errors.js').rows,
  ...require('./bundles.js').rows,
  ...require('./tool.js').rows,
];

/** And those that build with Rust. @type {Row[]} */
const ROWS = [...QUICK_ROWS, ...require('./source.js').rows];

module.exports = { QUICK_ROWS, ROWS };
