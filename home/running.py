"""Several processes run as one: started together, their lines told apart, stopped together.

``run_site`` uses this for the web server and its companions on one machine; on a server
that is the work of systemd or a container host.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 15
NAME_WIDTH = 15


@dataclass(frozen=True)
class Program:
    """A child process: its name in the output, and the arguments to this Python."""

    name: str
    arguments: tuple[str, ...]


class Crew:
    """The running programs.

    ``say`` gets one line at a time. Each program leads a process group of its own, so
    that Ctrl-C reaches this process alone, which then stops the others in order.
    """

    def __init__(self, say: Callable[[str], None]):
        self._say = say
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._readers: list[asyncio.Task] = []

    async def start(self, program: Program) -> None:
        """Start a program; its output goes to ``say``, each line under its name."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program.arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self._processes[program.name] = process
        reader = asyncio.create_task(self._pass_on(program.name, process.stdout))
        self._readers.append(reader)

    async def wait_for_end(self, stop: asyncio.Event) -> str | None:
        """Return the name of the first program that ends, None if ``stop`` comes first."""
        waiting = {
            asyncio.create_task(process.wait()): name
            for name, process in self._processes.items()
        }
        stopping = asyncio.create_task(stop.wait())
        done, pending = await asyncio.wait(
            [*waiting, stopping], return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        return None if stopping in done else waiting[done.pop()]

    def has_ended(self) -> bool:
        """Say whether any program is no longer there."""
        return any(p.returncode is not None for p in self._processes.values())

    async def stop(self) -> None:
        """Ask all programs to stop, last started first; end those that do not."""
        for process in reversed(self._processes.values()):
            _signal_group(process, signal.SIGTERM)
        waits = [process.wait() for process in self._processes.values()]
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(*waits)
        except TimeoutError:
            self._say(
                f"Not all stopped within {STOP_SECONDS} seconds; ending the rest."
            )
        for process in self._processes.values():
            # The group too: a program may have left children of its own.
            _signal_group(process, signal.SIGKILL)
            await process.wait()
        await asyncio.gather(*self._readers)

    async def _pass_on(self, name: str, stream: asyncio.StreamReader) -> None:
        while line := await _read_line(stream):
            self._say(
                f"{name:<{NAME_WIDTH}} | {line.decode(errors='replace').rstrip()}"
            )


def listen_for_stop() -> asyncio.Event:
    """Return an event that Ctrl-C, SIGTERM and a closed terminal set."""
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def is_port_free(host: str, port: int) -> bool:
    """Say whether a server could listen there now."""
    try:
        server = await asyncio.start_server(_hang_up, host, port)
    except OSError:
        return False
    server.close()
    return True


async def is_answering(host: str, port: int) -> bool:
    """Say whether something takes connections there."""
    try:
        _reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:
        # Longer than the reader's buffer, which it has thrown away.
        return b"(a line too long to show)\n"


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
