"""Downloads what a torrent file is about with libtorrent, from its web seeds alone: download-torrent.py TORRENT FOLDER"""

import sys
import time

import libtorrent

TIMEOUT_S = 90
SETTINGS = {
    "enable_dht": False,
    "enable_lsd": False,
    "enable_natpmp": False,
    "enable_upnp": False,
    "listen_interfaces": "127.0.0.1:0",
    # Web seeds on loopback are refused otherwise.
    "ssrf_mitigation": False,
}

info = libtorrent.torrent_info(sys.argv[1])
hashes = info.info_hashes()
session = libtorrent.session(SETTINGS)
torrent = session.add_torrent({"ti": info, "save_path": sys.argv[2]})
end = time.monotonic() + TIMEOUT_S
status = torrent.status()
while not status.is_seeding and status.errc.value() == 0 and time.monotonic() < end:
    time.sleep(0.05)
    status = torrent.status()
print(f"v1 {hashes.has_v1()} v2 {hashes.has_v2()} {status.state} {status.errc.message()}")
sys.exit(0 if status.is_seeding else 1)
