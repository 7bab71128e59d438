"""A private Postfix on loopback: the real next hop, which returns what it cannot deliver.

It takes mail on a port of its own, hands it to the hosts its ``routes`` name, and puts
what is addressed to ``bounce_address`` (with any +token) into a Maildir. It knows no
other way out: a domain without a route is refused at once.
"""

import grp
import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MISSING = "NO POSTFIX: install the Debian package postfix, and run as root."
SEARCH_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
POSTFIX = shutil.which("postfix", path=SEARCH_PATH)
# Seconds. Delivery is tried again quickly, and given up soon.
GIVE_UP = 4
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log/mail
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
myhostname = mx.private.example
smtputf8_enable = yes
alias_maps =
alias_database =
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
transport_maps = inline:{{ {routes} }}
default_transport = error:5.4.4 no route
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = inline:{{ {address}=returned/ }}
virtual_mailbox_base = {home}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
maximal_queue_lifetime = {give_up}s
bounce_queue_lifetime = {give_up}s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtp_connect_timeout = 2s
smtp_host_lookup = native
disable_dns_lookups = yes
"""
MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix: where it takes mail, and where it puts what returned."""

    port: int
    maildir: Path

    def wait_for(self, number: int, *, seconds: float = 30) -> list[Path]:
        """Return the mails that returned, once there are so many or time is up."""
        ends_at = time.monotonic() + seconds
        while True:
            mails = sorted((self.maildir / "new").glob("*"))
            if len(mails) >= number or time.monotonic() > ends_at:
                return mails
            time.sleep(0.1)


def is_there() -> bool:
    """Say whether a private Postfix can be run here."""
    return POSTFIX is not None and os.geteuid() == 0


def require_postfix() -> None:
    """Skip the test loudly where there is no Postfix; fail it where CI=true."""
    if is_there():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    warnings.warn(MISSING, pytest.PytestWarning, stacklevel=2)
    pytest.skip(MISSING)


@contextmanager
def running_postfix(
    *, routes: Mapping[str, int], bounce_address: str, lmtp_port: int | None = None
) -> Iterator[Postfix]:
    """Run a Postfix for the time of the block; nothing of it is left afterwards.

    ``routes`` are domains and the ports on this machine that take their mail. With
    ``lmtp_port`` what returns is handed over there, not put into the Maildir.
    """
    # Not pytest's folder: Postfix's own user must get into it, and every other run of
    # pytest takes that right away again.
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        port = find_port()
        settings = _prepare(home, port, routes, bounce_address)
        if lmtp_port:
            with (settings / "main.cf").open("a") as main:
                main.write(f"virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}\n")
        _control(settings, "start")
        try:
            wait_until_open(port)
            yield Postfix(port, home / "mail" / "returned")
        finally:
            _control(settings, "stop")


def _prepare(
    home: Path, port: int, routes: Mapping[str, int], bounce_address: str
) -> Path:
    settings = home / "etc"
    for name in ("etc", "queue", "data", "log", "mail"):
        (home / name).mkdir()
    shutil.chown(home / "data", "postfix")
    shutil.chown(home / "mail", "nobody")
    domain = bounce_address.rpartition("@")[2]
    main = MAIN.format(
        home=home,
        domain=domain,
        address=bounce_address,
        routes=", ".join(
            f"{{ {name} = smtp:[127.0.0.1]:{to} }}" for name, to in routes.items()
        ),
        uid=_id_of("nobody"),
        gid=grp.getgrnam("nogroup").gr_gid,
        give_up=GIVE_UP,
    )
    (settings / "main.cf").write_text(main)
    (settings / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{port}"))
    return settings


def _id_of(user: str) -> int:
    return int(subprocess.check_output(["id", "-u", user]))


def _control(settings: Path, command: str) -> None:
    done = subprocess.run(
        [str(POSTFIX), "-c", str(settings), command],
        capture_output=True,
        check=False,
        env={**os.environ, "PATH": SEARCH_PATH},
    )
    if done.returncode and command == "start":
        log = settings.parent / "log" / "mail"
        said = log.read_text() if log.exists() else ""
        raise AssertionError(f"Postfix does not start: {done.stderr.decode()}{said}")


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_open(port: int) -> None:
    """Return once somebody listens there; AssertionError if nobody does in a minute."""
    for _attempt in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"Nobody listens on port {port}.")
