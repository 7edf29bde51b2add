"""One libtorrent peer on loopback, for the interoperability tests.

Takes one JSON argument: {"role": "seed" | "leech", "torrent": FILE, "folder": FOLDER,
"encrypted": BOOL, "peer": PORT}. Encrypted, it knows no peer that speaks anything but RC4; else it
speaks in the clear. Tells what happens as JSON lines: {"port": N} once it listens, {"done": true} when
the torrent is complete and on disk, {"visited": true} when somebody has dialled it. Ends when its
standard input does.
"""

import json
import sys
import threading
import time

import libtorrent as lt


def tell(**fields):
    print(json.dumps(fields), flush=True)


def make_session(is_encrypted):
    policy = int(lt.enc_policy.forced if is_encrypted else lt.enc_policy.disabled)
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
            "allowed_enc_level": int(lt.enc_level.rc4),
            "allow_multiple_connections_per_ip": True,
            "alert_mask": int(lt.alert.category_t.all_categories),
        }
    )


def tell_of(alert):
    if isinstance(alert, (lt.hash_failed_alert, lt.torrent_error_alert, lt.file_error_alert)):
        tell(error=alert.message())
    if isinstance(alert, lt.peer_error_alert):
        tell(peer_error=alert.message())
    if isinstance(alert, lt.incoming_connection_alert):
        tell(visited=True)


def main():
    options = json.loads(sys.argv[1])
    is_seed = options["role"] == "seed"
    session = make_session(options.get("encrypted", False))

    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(options["torrent"])
    params.save_path = options["folder"]
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    if is_seed:
        params.flags |= lt.torrent_flags.seed_mode
    handle = session.add_torrent(params)

    threading.Thread(target=lambda: watch(session, handle, is_seed), daemon=True).start()
    if not is_seed:
        handle.connect_peer(("127.0.0.1", options["peer"]))
    tell(port=session.listen_port())
    sys.stdin.read()


# Not wait_for_alert: it looks at the alert in the queue while the network thread may be moving the
# queue to a larger place, which now and then is a segmentation fault.
def watch(session, handle, is_seed):
    is_told = is_seed
    while True:
        time.sleep(0.02)
        for alert in session.pop_alerts():
            tell_of(alert)
            if isinstance(alert, lt.torrent_finished_alert) and not is_told:
                handle.flush_cache()
            if isinstance(alert, lt.cache_flushed_alert) and not is_told:
                is_told = True
                status = handle.status()
                tell(done=True, downloaded=status.total_payload_download)


main()
