"""Seeds a torrent with libtorrent on loopback, in the clear.

Takes one JSON argument, {"torrent": FILE, "folder": FOLDER}; prints the port once it listens. Ends when
its standard input does.
"""

import json
import sys

import libtorrent as lt

options = json.loads(sys.argv[1])
in_the_clear = int(lt.enc_policy.disabled)
session = lt.session(
    {
        "listen_interfaces": "127.0.0.1:0",
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "in_enc_policy": in_the_clear,
        "out_enc_policy": in_the_clear,
    }
)
params = lt.add_torrent_params()
params.ti = lt.torrent_info(options["torrent"])
params.save_path = options["folder"]
params.flags &= ~lt.torrent_flags.auto_managed
params.flags &= ~lt.torrent_flags.paused
params.flags |= lt.torrent_flags.seed_mode
session.add_torrent(params)
print(session.listen_port(), flush=True)
sys.stdin.read()
