'use strict';

// What is built on a wire is the same on one with a socket of its own: extensions that others have written,
// and the trace of what is said.

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const fc = require('fast-check');
const { published } = require('../extensions/helpers/peers.js');
const { torrentOfSize } = require('../extensions/helpers/torrents.js');
const { cuts } = require('../wire/helpers/streams.js');
const { KINDS, Place } = require('./helpers/meeting.js');
const { bytes, turn, when } = require('./helpers/sockets.js');
const { speech, spoken } = require('./helpers/spoken.js');
const { Meetings, chunksOf, playPiped } = require('./helpers/told.js');

const { PEER_ID } = bytes;

// Before any other wire of this process, whose end would be published, too.
describe('what is published', () => {
  /** @param {import('node:test').TestContext} t @returns {any[]} everything, in order */
  function subscribed(t) {
    /** @type {any[]} */
    const seen = [];
    for (const name of ['received', 'sent', 'closed']) {
      const subscriber = (/** @type {any} */ { wire: _, ...what }) => seen.push([name, what]);
      channel(`peer-wire-protocol:${name}`).subscribe(subscriber);
      t.after(() => channel(`peer-wire-protocol:${name}`).unsubscribe(subscriber));
    }
    return seen;
  }

  /** In the order of each channel: what is sent at the end of a tick depends on what is one. */
  const byName = (/** @type {any[]} */ seen) =>
    ['received', 'sent', 'closed'].map((name) => seen.filter(([other]) => other === name));

  test('is what is published of a piped wire', async (t) => {
    const meetings = await Meetings.open(t, 'accepted');
    const seen = subscribed(t);
    const property = fc.asyncProperty(speech, cuts, async (said, lengths) => {
      const all = spoken(said);
      await meetings.play({}, chunksOf(all, lengths), ['turn']);
      await turn();
      const own = byName(seen.splice(0));
      await playPiped({}, all);
      await turn();
      assert.deepEqual(own, byName(seen.splice(0)));
    });
    await fc.assert(property, { numRuns: 25 });
  });
});

for (const kinds of KINDS) {
  for (const encryption of ['off', 'prefer']) {
    test(`ut_metadata, from ${kinds[1]} to ${kinds[0]}, encryption: ${encryption}`, async (t) => {
      const { utMetadata } = await published;
      const torrent = torrentOfSize(100_000);
      const hash = Buffer.from(torrent.infoHash, 'hex');
      const options = { encryption, infoHashes: [hash] };
      const place = await Place.open(t, kinds, options);
      const [client, server] = await place.meet(options);
      t.after(() => client.destroy());
      server.use(utMetadata(torrent.torrent));
      client.use(utMetadata());
      server.on('handshake', () => server.handshake(hash, PEER_ID));
      client.handshake(hash, PEER_ID);
      client.ut_metadata.fetch();
      const [metadata] = await when(client.ut_metadata, 'metadata');
      assert.deepEqual(Buffer.from(metadata), Buffer.from(torrent.torrent));
    });
  }
}
