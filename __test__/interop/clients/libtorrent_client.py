"""libtorrent on loopback, for the interoperation runs.

Takes one JSON argument. {"make": FILE, "folder": FOLDER, "name": NAME, "pieceLength": N} writes a
hybrid torrent. Otherwise it is a peer: {"role": "seed" | "leech", "torrent": FILE or "magnet": URI,
"folder": FOLDER, "encryption": "off" | "prefer" | "require", "peer": PORT to dial}. It tells what
happens as JSON lines, {"port": N} once a seed accepts peers and {"done": true} once all is on disk; its
log goes to standard error. It ends when its standard input does.
"""

import json
import os
import re
import sys
import threading
import time

import libtorrent as lt

# What happens for every block is left out of the log: it would be all there is.
QUIET = re.compile(
    r"(?:>>>|<<<|==>|<==|\*\*\*) +(?:PIECE|REQUEST|HAVE \[|SEND_BUFFER|FILE_ASYNC|SEED_MODE|ASYNC_|SYNC_"
    r"|AVAILABLE|CORKED_|ON_|WROTE|READ|DISK)"
)


def tell(**fields):
    print(json.dumps(fields), flush=True)


def make(options):
    files = lt.file_storage()
    lt.add_files(files, os.path.join(options["folder"], options["name"]))
    torrent = lt.create_torrent(files, options["pieceLength"])
    lt.set_piece_hashes(torrent, options["folder"])
    with open(options["make"], "wb") as file:
        file.write(lt.bencode(torrent.generate()))


# Left to itself, libtorrent chooses plain where the peer offers both.
ENCRYPTION = {
    "off": (lt.enc_policy.disabled, lt.enc_level.both),
    "prefer": (lt.enc_policy.enabled, lt.enc_level.both),
    "require": (lt.enc_policy.forced, lt.enc_level.rc4),
}


def make_session(encryption):
    policy, level = (int(value) for value in ENCRYPTION[encryption])
    category = lt.alert.category_t
    return lt.session(
        {
            "listen_interfaces": "127.0.0.1:0",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_incoming_utp": False,
            "enable_outgoing_utp": False,
            "in_enc_policy": policy,
            "out_enc_policy": policy,
            "allowed_enc_level": level,
            "allow_multiple_connections_per_ip": True,
            "alert_queue_size": 100000,
            "alert_mask": int(category.all_categories) & ~int(category.session_log_notification),
        }
    )


def add(session, options):
    if "magnet" in options:
        params = lt.parse_magnet_uri(options["magnet"])
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(options["torrent"])
    params.save_path = options["folder"]
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    if options["role"] == "seed":
        params.flags |= lt.torrent_flags.seed_mode
    return session.add_torrent(params)


# Not wait_for_alert: it looks at the alert in the queue while the network thread may be moving the
# queue to a larger place, which now and then is a segmentation fault.
def watch(session, handle, is_seed):
    is_told = is_seed
    while True:
        time.sleep(0.02)
        for alert in session.pop_alerts():
            log(alert)
            if isinstance(alert, (lt.hash_failed_alert, lt.torrent_error_alert, lt.file_error_alert)):
                tell(error=alert.message())
            # Only now does it accept peers.
            if isinstance(alert, lt.torrent_checked_alert) and is_seed:
                tell(port=session.listen_port())
            if isinstance(alert, lt.torrent_finished_alert) and not is_told:
                handle.flush_cache()
            if isinstance(alert, lt.cache_flushed_alert) and not is_told:
                is_told = True
                tell(done=True)


def log(alert):
    message = alert.message()
    if isinstance(alert, lt.peer_log_alert):
        if QUIET.search(message):
            return
    elif not alert.category() & (
        lt.alert.category_t.error_notification
        | lt.alert.category_t.peer_notification
        | lt.alert.category_t.status_notification
    ):
        return
    print(f"{alert.what()}: {message}", file=sys.stderr, flush=True)


def main():
    options = json.loads(sys.argv[1])
    if "make" in options:
        make(options)
        return
    session = make_session(options["encryption"])
    handle = add(session, options)
    is_seed = options["role"] == "seed"
    threading.Thread(target=watch, args=(session, handle, is_seed), daemon=True).start()
    if "peer" in options:
        handle.connect_peer(("127.0.0.1", options["peer"]))
    sys.stdin.read()


main()
