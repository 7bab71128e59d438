"""What the machine can do at all: Postfix's own smtp-source, which builds no letters."""

import subprocess
import time

from bench.send.processes import LONGEST_SECONDS, find_program, running_sink


def measure_limit(sink: str, letters: int, size: int) -> float:
    """Return how many messages of ``size`` bytes a second one connection carries."""
    command = [find_program("smtp-source"), "-d", "-s", "1", "-f", "office@example.org"]
    command += ["-l", str(size), "-m", str(letters)]
    with running_sink(sink) as port:
        began = time.monotonic()
        subprocess.run(
            [*command, f"127.0.0.1:{port}"], check=True, timeout=LONGEST_SECONDS
        )
        return letters / (time.monotonic() - began)
