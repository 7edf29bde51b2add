'use strict';

// A home folder for package managers: what they read is in it, what they keep goes into it, and there is no
// registry but the one on loopback.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// What comes from whoever started us, and would be taken for what a person has set.
const FOREIGN = /^(npm_|pnpm_|yarn_|corepack_|xdg_|ci$|github_actions$|node_path$|node_options$)/i;
const OURS = /^(node_test_context|peer_wire_protocol_)/i;

/** @param {NodeJS.ProcessEnv} environment */
function cleaned(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !FOREIGN.test(name) && !OURS.test(name)),
  );
}

/**
 * @param {string} folder empty
 * @param {string} registry
 * @returns {NodeJS.ProcessEnv} in which npm, pnpm and yarn know only this
 */
function makeHome(folder, registry) {
  const userconfig = path.join(folder, '.npmrc');
  const lines = [
    `registry=${registry}`,
    // Anybody may publish there; npm only asks that there be a token.
    `${registry.replace(/^http:/, '')}:_authToken=anybody`,
    `cache=${path.join(folder, 'npm-cache')}`,
    'audit=false',
    'fund=false',
    'update-notifier=false',
  ];
  fs.writeFileSync(userconfig, `${lines.join('\n')}\n`);
  return {
    ...cleaned(process.env),
    HOME: folder,
    USERPROFILE: folder,
    npm_config_userconfig: userconfig,
    npm_config_globalconfig: path.join(folder, 'none'),
    // Else yarn does not take what was published just now.
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_GLOBAL_FOLDER: path.join(folder, 'yarn'),
    YARN_ENABLE_TELEMETRY: '0',
  };
}

/** Rust is looked for in the home folder too, and is where it was. */
function rustHome() {
  const { CARGO_HOME, RUSTUP_HOME } = process.env;
  return {
    CARGO_HOME: CARGO_HOME ?? path.join(os.homedir(), '.cargo'),
    RUSTUP_HOME: RUSTUP_HOME ?? path.join(os.homedir(), '.rustup'),
  };
}

module.exports = { makeHome, rustHome };
