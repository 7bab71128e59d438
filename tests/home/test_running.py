import asyncio
import os
import signal
import time
from pathlib import Path

from home.running import (
    Crew,
    Program,
    is_answering,
    is_port_free,
    listen_for_stop,
)

HOST = "127.0.0.1"
SLEEPER = Program("sleeper", ("-c", "import time; time.sleep(60)"))


def run(scene):
    """Run a scene with a crew and return its result and what the crew said."""
    lines = []

    async def play():
        crew = Crew(lines.append)
        try:
            return await scene(crew)
        finally:
            await crew.stop()

    return asyncio.run(play()), lines


def test_crew_program_that_fails_is_named():
    async def scene(crew):
        await crew.start(SLEEPER)
        await crew.start(Program("broken", ("-c", "raise SystemExit(3)")))
        return await crew.wait_for_end(asyncio.Event())

    ended, _lines = run(scene)

    assert ended == "broken"


def test_crew_program_deaf_to_sigterm_is_killed_with_its_children(monkeypatch):
    monkeypatch.setattr("home.running.STOP_SECONDS", 0.2)
    deaf = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "child and print(child, flush=True)\n"
        "time.sleep(60)\n"
    )

    async def scene(crew):
        await crew.start(Program("deaf", ("-c", deaf)))
        await asyncio.sleep(1)

    started = time.monotonic()
    _result, lines = run(scene)

    assert time.monotonic() - started < 20
    assert lines[1:] == ["Not all stopped within 0.2 seconds; ending the rest."]
    child = int(lines[0].rpartition("| ")[2])
    assert _is_gone(child)


def test_crew_lines_stand_under_their_program():
    script = "import sys; print('Hej'); print('fel', file=sys.stderr)"

    async def scene(crew):
        await crew.start(Program("talker", ("-c", script)))
        await crew.wait_for_end(asyncio.Event())

    _result, lines = run(scene)

    assert lines == ["talker          | Hej", "talker          | fel"]


def test_crew_line_without_end_is_left_out():
    script = "print('x' * 1_000_000); print('Hej')"

    async def scene(crew):
        await crew.start(Program("talker", ("-c", script)))
        await crew.wait_for_end(asyncio.Event())

    _result, lines = run(scene)

    assert lines[0] == "talker          | (a line too long to show)"
    assert lines[-1] == "talker          | Hej"


def test_crew_told_to_stop_ends_all_programs():
    async def scene(crew):
        stop = listen_for_stop()
        await crew.start(SLEEPER)
        os.kill(os.getpid(), signal.SIGTERM)
        return await crew.wait_for_end(stop), crew

    (ended, crew), lines = run(scene)

    assert ended is None
    assert crew.has_ended()
    assert lines == []


def test_port_with_a_server_is_answering_and_not_free():
    async def scene():
        server = await asyncio.start_server(
            lambda reader, writer: writer.close(), HOST, 0
        )
        port = server.sockets[0].getsockname()[1]
        while_open = await is_port_free(HOST, port), await is_answering(HOST, port)
        server.close()
        return while_open, (
            await is_port_free(HOST, port),
            await is_answering(HOST, port),
        )

    assert asyncio.run(scene()) == ((False, True), (True, False))


def _is_gone(pid):
    """Wait up to five seconds for the process to be gone; a zombie is."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
