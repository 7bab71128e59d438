"""A real SMTP server on loopback whose faults a test chooses.

Unlike a ready-made one it can go away at an exact step, after it has taken a message,
which is the fault that matters most. Knows ESMTP without extensions but those given;
with PIPELINING in ``extensions`` it only says so, since it reads line by line anyway.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

DROP = "drop"


@dataclass(frozen=True)
class Received:
    """A message the server took: the envelope, and the content as it came."""

    mail_from: str
    rcpt_to: str
    content: bytes


@dataclass
class SmtpServer:
    """The server's memory, and its orders.

    ``answer(phase, argument)`` may return a reply line such as ``"550 5.1.1 no"``,
    ``DROP`` to hang up without a word, or None for the usual. Phases: CONNECT, EHLO,
    AUTH, RSET, MAIL, RCPT, DATA, DOT (the content has come and is not stored), STORED (it is stored
    and no answer was given yet).
    """

    port: int = 0
    extensions: tuple[str, ...] = ()
    answer: Callable[[str, str], str | None] = lambda phase, argument: None
    messages: list[Received] = field(default_factory=list)
    connections: int = 0
    # Contents that came for nobody: their recipient had been refused.
    for_nobody: list[bytes] = field(default_factory=list)
    # A server that says 354 to DATA although no recipient stands (RFC 2920 §3.1).
    lets_data_through: bool = False

    @property
    def recipients(self) -> list[str]:
        """Who got something, in order, once per message taken."""
        return [message.rcpt_to for message in self.messages]


@contextmanager
def running_smtp_server(**orders) -> Iterator[SmtpServer]:
    """Run a server for the time of the block; it listens when the block begins."""
    memory = SmtpServer(**orders)

    class Handler(_Conversation):
        server_memory = memory

    with _Server(("127.0.0.1", 0), Handler) as server:
        memory.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield memory
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Conversation(socketserver.StreamRequestHandler):
    server_memory: SmtpServer
    mail_from = rcpt_to = ""
    has_sender = is_named = False

    def handle(self):
        self.server_memory.connections += 1
        try:
            self.reply("CONNECT", "", "220 test ESMTP")
            while line := self.rfile.readline():
                text = line.decode("utf-8").strip()
                self.obey(text.partition(" ")[0].upper(), text)
        except (ConnectionError, _HungUp):
            return

    def obey(self, verb, text):
        if verb == "EHLO":
            extensions = ["test", *self.server_memory.extensions]
            lines = [f"250-{name}" for name in extensions[:-1]]
            self.reply("EHLO", text, "\r\n".join([*lines, f"250 {extensions[-1]}"]))
        elif verb == "MAIL":
            self.mail_from = text.partition("<")[2].partition(">")[0]
            self.is_named = False
            said = self.reply("MAIL", self.mail_from, "250 ok")
            self.has_sender = said.startswith("2")
        elif verb == "RCPT":
            self.take_recipient(text.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            self.take_content()
        elif verb == "AUTH":
            self.reply("AUTH", "", "235 welcome")
        elif verb == "QUIT":
            self.say("221 bye")
            raise _HungUp
        else:
            self.is_named = False
            self.reply(verb, "", "250 ok")

    def take_recipient(self, address):
        self.rcpt_to = address
        if not self.has_sender and not self.server_memory.lets_data_through:
            self.say("503 no sender")
            return
        said = self.reply("RCPT", address, "250 ok")
        self.is_named = self.has_sender and said.startswith("2")

    def take_content(self):
        memory = self.server_memory
        if not self.is_named and not memory.lets_data_through:
            self.say("503 no recipient")
            return
        if not self.reply("DATA", self.rcpt_to, "354 go on").startswith("354"):
            return
        content = self.read_content()
        if not self.is_named:
            memory.for_nobody.append(content)
            self.say("554 no valid recipients")
            return
        order = memory.answer("DOT", self.rcpt_to)
        if order is None:
            memory.messages.append(Received(self.mail_from, self.rcpt_to, content))
            self.reply("STORED", self.rcpt_to, "250 2.0.0 queued")
        else:
            self.carry_out(order)
        self.is_named = False

    def read_content(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _HungUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def reply(self, phase, argument, usual):
        order = self.server_memory.answer(phase, argument)
        return self.carry_out(usual if order is None else order)

    def carry_out(self, order):
        if order == DROP:
            raise _HungUp
        self.say(order)
        if order.startswith("421"):
            raise _HungUp
        return order

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class _HungUp(Exception):
    pass
