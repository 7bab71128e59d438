"""Programs started by the bench: sinks, limits, workers. None outlives it."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / "var" / "bench"
TICKS = os.sysconf("SC_CLK_TCK")
DEBIAN = "/usr/sbin:/usr/bin"
# No single measurement takes longer; a million letters do.
LONGEST_SECONDS = 1800

_running: list[subprocess.Popen] = []


@dataclass(frozen=True)
class Use:
    """What a process has used so far."""

    cpu_seconds: float
    peak_mb: float


@atexit.register
def end_all() -> None:
    """Kill what still runs."""
    for process in _running:
        with suppress(ProcessLookupError):
            process.kill()
            process.wait()


def start(command: list[str], **options) -> subprocess.Popen:
    """Start a program that is killed with the bench, at the latest."""
    process = subprocess.Popen(command, **options)
    _running.append(process)
    return process


def find_program(name: str) -> str:
    """Return where a program of Debian's is. Raises SystemExit with what to install."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{DEBIAN}")
    if path is None:
        raise SystemExit(f"{name} is missing: run bin/install-debian-packages.")
    return path


def read_use(pid: int) -> Use:
    """Return processor time and peak memory of a running process."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(x for x in status.splitlines() if x.startswith("VmHWM")).split()[1]
    return Use((int(words[11]) + int(words[12])) / TICKS, int(peak) / 1024)


def find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def build_discard() -> str:
    """Compile the discard server where it is older than its source; return its path."""
    CACHE.mkdir(parents=True, exist_ok=True)
    source, program = HERE / "discard.c", CACHE / "discard"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = find_program("cc")
        flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-pthread"]
        subprocess.run([compiler, *flags, "-o", program, source], check=True)
    return str(program)


@contextmanager
def running_sink(kind: str) -> Iterator[int]:
    """Run ``smtp-sink`` or ``discard`` for the time of the block; yield its port."""
    port = find_free_port()
    if kind == "discard":
        command = [build_discard(), str(port)]
    else:
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [find_program("smtp-sink"), *user, f"127.0.0.1:{port}", "256"]
    process = start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError("The sink does not listen.")
