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
from newsletter.delivery.transports import conversation as conversations
from newsletter.delivery.transports.interface import ConnectionFailed, Letter
from newsletter.delivery.transports.smtp import Mailer
from newsletter.delivery.transports.waiting import hand_over

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


def deliver(port, *, number=3):
    letters = [
        Letter(n, "office@example.org", f"p{n}@example.org", CONTENT)
        for n in range(number)
    ]
    conversation = Mailer("127.0.0.1", port).connect()
    outcomes = hand_over(conversation, letters)
    verdicts = [outcome.verdict for _letter, outcome in outcomes]
    conversation.close()
    # Taken ahead and given back, or never asked for: it comes to the same.
    return [verdict for verdict in verdicts if verdict != Verdict.RELEASED]


A, D, F, U = (
    Verdict.ACCEPTED,
    Verdict.DEFERRED,
    Verdict.FAILED,
    Verdict.UNKNOWN,
)


# smtp-sink offers PIPELINING unless told otherwise (-p).
@pytest.mark.parametrize("offers", [[], ["-p"]], ids=["pipelined", "step by step"])
@pytest.mark.parametrize(
    ("flags", "verdicts"),
    [
        ([], [A, A, A]),
        # Without 8BITMIME: what we send is 7-bit anyhow.
        (["-8"], [A, A, A]),
        (["-f", "mail"], [F, F, F]),
        (["-r", "mail"], [D, D, D]),
        (["-q", "mail"], [D]),
        (["-Q", "mail"], [D]),
        (["-f", "rcpt"], [F, F, F]),
        (["-r", "rcpt"], [D, D, D]),
        (["-Q", "rcpt"], [D]),
        (["-q", "rcpt"], [D]),
        (["-f", "data"], [F, F, F]),
        (["-r", "data"], [D, D, D]),
        (["-Q", "data"], [D]),
        (["-q", "data"], [D]),
        (["-f", "."], [F, F, F]),
        (["-r", "."], [D, D, D]),
        (["-Q", "."], [D]),
        # Gone after the final dot: the only one in doubt.
        (["-q", "."], [U]),
        # Slow is not broken.
        (["-w", "1"], [A]),
    ],
    ids=lambda value: " ".join(value),
)
def test_deliver_to_smtp_sink_is_judged(run_sink, flags, verdicts, offers):
    assert deliver(run_sink(*flags, *offers), number=len(verdicts)) == verdicts


# Step by step only: while smtp-sink delays a command it answers the ones behind it, out
# of turn, which no mail server does (RFC 2920 §3.2).
@pytest.mark.parametrize(("command", "verdict"), [(".", U), ("data", D), ("rcpt", D)])
def test_deliver_to_smtp_sink_too_slow_is_in_doubt_only_after_the_dot(
    run_sink, monkeypatch, command, verdict
):
    monkeypatch.setattr(conversations, "COMMAND_SECONDS", 0.3)
    monkeypatch.setattr(conversations, "DOT_SECONDS", 0.3)

    assert deliver(run_sink("-p", "-W", f"{command}:2")) == [verdict]


@pytest.mark.parametrize(
    ("flags", "blames_sender"),
    [
        (["-r", "connect"], False),
        (["-f", "connect"], True),
        (["-q", "connect"], False),
        (["-Q", "connect"], False),
        (["-q", "ehlo", "-q", "helo"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_connect_smtp_sink_refuses_is_a_failed_connection(
    run_sink, flags, blames_sender
):
    with pytest.raises(ConnectionFailed) as failure:
        Mailer("127.0.0.1", run_sink(*flags)).connect()

    assert failure.value.blames_sender is blames_sender
