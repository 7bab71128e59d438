"""The transport against Debian's smtp-sink, which others have made to fail.

A second opinion on tests/newsletter/delivery/test_smtp.py: these answers are not ours.
"""

import os
import shutil
import socket
import subprocess
import time
import warnings

import pytest

from newsletter.delivery.outcomes import Verdict
from newsletter.delivery.transports.smtp import ConnectionFailed, Mailer

CONTENT = b"Subject: Hej\r\n\r\nHej\r\n"
MISSING = "NO SMTP-SINK: install the Debian package postfix."
SINK = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture
def run_sink():
    """Return a function that starts smtp-sink with flags and returns its port."""
    if SINK is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        warnings.warn(MISSING, pytest.PytestWarning, stacklevel=1)
        pytest.skip(MISSING)
    started = []

    def run(*flags):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [SINK, *user, *flags, f"127.0.0.1:{port}", "10"]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        wait_for(port)
        return port

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_for(port):
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("smtp-sink does not listen.")


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        ([], Verdict.ACCEPTED),
        # Without 8BITMIME: what we send is 7-bit anyhow.
        (["-8"], Verdict.ACCEPTED),
        (["-f", "mail"], Verdict.FAILED),
        (["-r", "mail"], Verdict.DEFERRED),
        (["-q", "mail"], Verdict.DEFERRED),
        (["-f", "rcpt"], Verdict.FAILED),
        (["-r", "rcpt"], Verdict.DEFERRED),
        (["-Q", "rcpt"], Verdict.DEFERRED),
        (["-q", "rcpt"], Verdict.DEFERRED),
        (["-f", "data"], Verdict.FAILED),
        (["-r", "data"], Verdict.DEFERRED),
        (["-q", "data"], Verdict.DEFERRED),
        (["-f", "."], Verdict.FAILED),
        (["-r", "."], Verdict.DEFERRED),
        (["-Q", "."], Verdict.DEFERRED),
        # Gone after the final dot: the only one in doubt.
        (["-q", "."], Verdict.UNKNOWN),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_deliver_to_smtp_sink_is_judged(run_sink, flags, verdict):
    connection = Mailer("127.0.0.1", run_sink(*flags)).connect()

    outcome = connection.deliver(
        "office@example.org", "a@example.org", CONTENT, before_dot=lambda: True
    )
    connection.close()

    assert outcome.verdict == verdict


def test_connect_smtp_sink_refuses_is_a_failed_connection(run_sink):
    port = run_sink("-r", "connect")

    with pytest.raises(ConnectionFailed):
        Mailer("127.0.0.1", port).connect()
