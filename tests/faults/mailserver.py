"""A mail server that remembers who got what, and fails as it is told.

Unlike smtp-sink it counts the messages it took by send and person, which is how a lost
or a doubled letter is seen, whatever our own rows say. ESMTP with PIPELINING, as the
product's own transport wants it; a few thousand messages a second.
"""

import asyncio
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MESSAGE_ID = re.compile(
    rb"^Message-ID:\s*<(\d+)\.(\d+)\.", re.MULTILINE | re.IGNORECASE
)
END = b"\r\n.\r\n"
MAX_MESSAGE = 1 << 22


class Drop:
    """An order: hang up without a word."""


@dataclass(frozen=True)
class Wait:
    """An order: answer only after that many seconds, then as ordered."""

    seconds: float
    then: "Order" = None


# A reply line such as "450 4.2.0 later", or None for the usual one.
Order = str | type[Drop] | Wait | None


@dataclass(frozen=True)
class Taken:
    """A message the server took, at a monotonic time. It will be delivered."""

    campaign_id: int
    delivery_id: int
    address: str
    at: float
    is_encrypted: bool
    content: bytes
    # Which of the server's connections it came by, counted from 1.
    connection: int


@dataclass
class MailServer:
    """The server's memory, and its orders.

    ``answer(phase, argument)`` decides each reply. Phases: CONNECT, EHLO, MAIL, RCPT,
    DATA, DOT (the content has come and is not taken yet), TAKEN (it is taken, the
    answer is still to be given). ``argument`` is the address from RCPT on.
    """

    port: int = 0
    answer: Callable[[str, str], Order] = lambda phase, argument: None
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    tls: ssl.SSLContext | None = None
    keeps_content: bool = False
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    def count(self, campaign_id: int) -> Counter[int]:
        """Return how often each delivery of a send was taken."""
        return Counter(
            t.delivery_id for t in self.taken if t.campaign_id == campaign_id
        )

    def wait_until_taken(self, number: int, *, seconds: float = 30) -> None:
        """Return when that many messages have been taken. Raises TimeoutError."""
        ends_at = time.monotonic() + seconds
        while len(self.taken) < number:
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{len(self.taken)} of {number} messages came.")
            time.sleep(0.005)


@contextmanager
def running_mail_server(**orders) -> Iterator[MailServer]:
    """Run a server for the time of the block; it listens when the block begins."""
    memory = MailServer(**orders)
    loop = asyncio.new_event_loop()
    is_listening = threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        async def converse(reader, writer):
            await _Conversation(memory, reader, writer).run()

        server = await asyncio.start_server(
            converse, "127.0.0.1", 0, limit=MAX_MESSAGE, backlog=1024
        )
        memory.port = server.sockets[0].getsockname()[1]
        is_listening.set()
        async with server:
            await stop.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    is_listening.wait()
    try:
        yield memory
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


class _Conversation:
    def __init__(self, memory, reader, writer) -> None:
        self.memory = memory
        self.reader = reader
        self.writer = writer
        self.has_sender = False
        self.address = ""
        self.is_encrypted = False
        self.memory.connections += 1
        self.number = self.memory.connections

    async def run(self) -> None:
        try:
            await self.reply("CONNECT", "", "220 faults ESMTP")
            while True:
                line = await self.reader.readuntil(b"\r\n")
                await self.obey(line.decode("utf-8", "replace").strip())
        except (asyncio.IncompleteReadError, ConnectionError, _HungUp, ssl.SSLError):
            pass
        finally:
            self.writer.close()

    async def obey(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        if verb == "MAIL":
            self.address = ""
            sender = line.partition("<")[2].partition(">")[0]
            answer = await self.reply("MAIL", sender, "250 2.1.0 ok")
            self.has_sender = answer.startswith("250")
        elif verb == "RCPT":
            await self.take_recipient(line)
        elif verb == "DATA":
            await self.open_data()
        elif verb == "EHLO":
            await self.greet()
        elif verb == "STARTTLS":
            await self.encrypt()
        elif verb == "QUIT":
            await self.say("221 bye")
            raise _HungUp
        else:
            await self.say("250 ok")

    async def greet(self) -> None:
        names = ["faults", *self.memory.extensions]
        if self.memory.tls and not self.is_encrypted:
            names.append("STARTTLS")
        lines = [f"250-{name}" for name in names]
        await self.reply("EHLO", "", "\r\n".join(lines) + "\r\n250 HELP")

    async def encrypt(self) -> None:
        await self.say("220 go on")
        await self.writer.start_tls(self.memory.tls)
        self.is_encrypted = True

    async def take_recipient(self, line: str) -> None:
        if not self.has_sender:
            await self.say("503 5.5.1 who is it from?")
            return
        address = line.partition("<")[2].partition(">")[0]
        answer = await self.reply("RCPT", address, "250 2.1.5 ok")
        self.address = address if answer.startswith("250") else ""

    async def open_data(self) -> None:
        if not self.address:
            # As Postfix does to a pipelining client whose recipient it refused.
            await self.say("554 5.5.1 no valid recipients")
            return
        answer = await self.reply("DATA", self.address, "354 go on")
        if answer.startswith("354"):
            await self.take_content()

    async def take_content(self) -> None:
        content = await self.reader.readuntil(END)
        order = self.memory.answer("DOT", self.address)
        if order is not None:
            await self.carry_out(order, "250 2.0.0 ok")
            return
        self.remember(content)
        await self.reply("TAKEN", self.address, "250 2.0.0 queued")

    def remember(self, content: bytes) -> None:
        found = MESSAGE_ID.search(content)
        delivery_id, campaign_id = (int(n) for n in found.groups()) if found else (0, 0)
        kept = content[: -len(END)] if self.memory.keeps_content else b""
        self.memory.taken.append(
            Taken(
                campaign_id,
                delivery_id,
                self.address,
                time.monotonic(),
                self.is_encrypted,
                kept,
                self.number,
            )
        )

    async def reply(self, phase: str, argument: str, usual: str) -> str:
        return await self.carry_out(self.memory.answer(phase, argument), usual)

    async def carry_out(self, order: Order, usual: str) -> str:
        while isinstance(order, Wait):
            await asyncio.sleep(order.seconds)
            order = order.then
        if order is Drop:
            raise _HungUp
        line = usual if order is None else str(order)
        await self.say(line)
        if line.startswith("421"):
            raise _HungUp
        return line

    async def say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()


class _HungUp(Exception):
    pass
