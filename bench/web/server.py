"""Rundbrev's web server as docs/operations.md has it, with production settings."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.send.processes import ROOT, find_free_port, read_use, start

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """A running web server: where it answers, and the process over its workers."""

    address: str
    pid: int

    def read_cpu(self) -> float:
        """Return the seconds of processor time its workers have used."""
        children = psutil.Process(self.pid).children(recursive=True)
        return sum(read_use(child.pid).cpu_seconds for child in children)


START_SECONDS = 120


def make_environment(url: str, var: Path) -> dict[str, str]:
    """Return the variables of a production installation on that database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "bench",
        "CRM_ADDRESS_HASH_KEY": "bench",
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": "https://127.0.0.1",
        "DATABASE_URL": url,
        "RUNDBREV_VAR_DIR": str(var),
    }


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run this Python with the arguments in that environment. Raises when it fails."""
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def serving(environment: dict[str, str], **variables: Any) -> Iterator[Server]:
    """Run the web server for the time of the block.

    ``variables`` are further ones of its environment. Beside WhiteNoise, which serves
    ``/static/`` within Django, the server itself serves the same files under ``/bare/``.
    """
    port = find_free_port()
    server = start(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws",
            "--blocking-threads", "4", "--log-level", "warning", "--host", HOST, "--port", str(port),
            "--static-path-route", "/bare",
            "--static-path-mount", f"{environment['RUNDBREV_VAR_DIR']}/static",
            "config.wsgi:application",
        ],
        cwd=ROOT,
        env={**environment, **{k: str(v) for k, v in variables.items()}},
    )  # fmt: skip
    address = f"http://{HOST}:{port}"
    try:
        _wait_for(f"{address}/healthz")
        yield Server(address, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    ends_at = time.monotonic() + START_SECONDS
    request = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    while time.monotonic() < ends_at:
        with suppress(OSError), urllib.request.urlopen(request, timeout=5):
            return
        time.sleep(0.2)
    raise TimeoutError("The web server does not answer.")
