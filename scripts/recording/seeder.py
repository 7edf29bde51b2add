"""A libtorrent seeder on loopback, for a recording.

Takes the path of a torrent and the folder of its file. Prints its port once it listens, and ends when
its standard input does.
"""

import sys

import libtorrent as lt

session = lt.session(
    {
        "listen_interfaces": "127.0.0.1:0",
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "in_enc_policy": int(lt.enc_policy.enabled),
        "allowed_enc_level": int(lt.enc_level.rc4),
        "allow_multiple_connections_per_ip": True,
    }
)
params = lt.add_torrent_params()
params.ti = lt.torrent_info(sys.argv[1])
params.save_path = sys.argv[2]
params.flags &= ~lt.torrent_flags.auto_managed
params.flags &= ~lt.torrent_flags.paused
params.flags |= lt.torrent_flags.seed_mode
session.add_torrent(params)
print(session.listen_port(), flush=True)
sys.stdin.read()
