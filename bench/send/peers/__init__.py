"""What others send with, for comparison, in an environment of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.send.processes import CACHE, LONGEST_SECONDS, running_sink
from bench.send.product import Measured

HERE = Path(__file__).resolve().parent
PEERS = {
    "django": "plain Django mail",
    "birdsong": "wagtail-birdsong",
    "newsletter": "django-newsletter",
    "post_office": "django-post-office",
}
# django-newsletter looks for its own names; what it calls a subscription is the reader.
NEWSLETTER_TEMPLATES = {
    "message_subject.txt": "{{ message.title }}",
    "message.txt": '{% include "mail.txt" with name=subscription.name %}',
    "message.html": '{% include "mail.html" with name=subscription.name %}',
}


@dataclass
class Peers:
    """The peers' environment, their letter, and a PostgreSQL to keep readers in."""

    database: Any
    letter: Path

    def prepare(self, peer: str, people: int) -> None:
        """Give a peer its tables and readers, in a database of its own."""
        self.database.make_empty(_name(peer))
        self._run(peer, "prepare", str(people))
        self.database.keep(_name(peer))

    def send(self, peer: str, people: int, sink: str) -> tuple[Measured, float]:
        """Send to everybody; return what it took, and queries a letter."""
        self.database.bring_back(_name(peer))
        with running_sink(sink) as port:
            found = json.loads(self._run(peer, "send", port=port).splitlines()[-1])
        measured = Measured(
            people,
            rate=people / found["seconds"],
            cpu=1000 * found["cpu"] / people,
            peak_mb=found["peak_mb"],
        )
        return measured, found["queries"] / people

    def _run(self, peer: str, *words: str, port: int = 25) -> str:
        done = subprocess.run(
            [CACHE / "peers/bin/python", HERE / "peer.py", peer, *words],
            cwd=HERE,
            env={
                **os.environ,
                "PEER_DATABASE": _name(peer),
                "PEER_DATABASE_HOST": self.database.host,
                "LETTER_DIR": str(self.letter),
                "MAIL_PORT": str(port),
                "PYTHONPATH": "",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=LONGEST_SECONDS,
        )
        return done.stdout


@contextmanager
def set_up_peers(database: Any, letter: dict[str, str]) -> Iterator[Peers]:
    """Make the environment where it is not there yet, and write the letter for them."""
    _install()
    folder = CACHE / "letter"
    shutil.rmtree(folder, ignore_errors=True)
    own = folder / "newsletter" / "message"
    own.mkdir(parents=True)
    (folder / "mail.html").write_text(letter["html"])
    (folder / "mail.txt").write_text(letter["text"])
    for name, content in NEWSLETTER_TEMPLATES.items():
        (own / name).write_text(content)
    try:
        yield Peers(database, folder)
    finally:
        for peer in PEERS:
            database.drop(_name(peer))


def _install() -> None:
    """Make a virtual environment with the peers, once for each list of them."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = CACHE / "peers" / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    python = CACHE / "peers/bin/python"
    subprocess.run(
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, CACHE / "peers"],
        check=True,
    )
    requirements = HERE / "requirements.txt"
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", python, "-r", requirements],
        check=True,
    )
    stamp.write_text(wanted)


def _name(peer: str) -> str:
    return f"peer_{peer}"
