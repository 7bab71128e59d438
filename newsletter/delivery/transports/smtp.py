"""SMTP driven phase by phase.

smtplib raises the same SMTPServerDisconnected whether the server went away before the
final dot (nothing was accepted) or after it (nobody knows); measured in 22 fault modes.
So MAIL, RCPT, DATA, the content and the dot are separate steps here, and only a fault
after the dot is ``UNKNOWN``.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.delivery.outcomes import Outcome, Verdict, judge_reply

CONNECT_SECONDS = 30
COMMAND_SECONDS = 60
GOODBYE_SECONDS = 5
# RFC 5321 §4.5.3.2.6: giving up earlier makes an accepted message look lost.
DOT_SECONDS = 600
STARTTLS_POLICIES = ("never", "offered", "required")
EXPECTED = {"MAIL": (250,), "RCPT": (250, 251, 252), "DATA": (354,)}
FAULTS = (smtplib.SMTPException, OSError)


class ConnectionFailed(Exception):
    """No conversation could be opened; the sentence is the server's or the system's."""


class SmtpConnection:
    """One conversation, used for many messages, one after the other."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client
        self.is_open = True

    def deliver(
        self,
        mail_from: str,
        rcpt_to: str,
        content: bytes,
        *,
        before_dot: Callable[[], bool],
    ) -> Outcome:
        """Offer one message and return what became of it. Does not raise for the server.

        ``before_dot`` is called when everything but the final dot has been sent; when
        it returns False the connection is dropped there, and the message was not sent.
        After a fault the connection is closed and ``is_open`` says so.
        """
        if not rcpt_to.isascii() and not self._client.has_extn("smtputf8"):
            # RFC 6531: such an address cannot be named to this server at all.
            return Outcome(Verdict.FAILED, 553, "no SMTPUTF8", "RCPT")
        phase = "MAIL"
        try:
            for phase, line in (
                ("MAIL", f"MAIL FROM:<{mail_from}>{self._mail_options(rcpt_to)}"),
                ("RCPT", f"RCPT TO:<{rcpt_to}>"),
                ("DATA", "DATA"),
            ):
                code, text = self._say(line)
                if code not in EXPECTED[phase]:
                    return self._refuse(code, text, phase)
            self._client.send(_quote(content))
        except FAULTS as error:
            return self._drop(Verdict.DEFERRED, error, phase)
        if not before_dot():
            return self._drop(Verdict.RELEASED, "no longer ours", "DATA")
        return self._dot()

    def close(self) -> None:
        """Say goodbye and hang up; errors no longer matter."""
        if self.is_open:
            self.is_open = False
            try:
                _wait_at_most(self._client, GOODBYE_SECONDS)
                self._client.quit()
            except FAULTS:
                self._client.close()

    def _dot(self) -> Outcome:
        try:
            _wait_at_most(self._client, DOT_SECONDS)
            self._client.send(b".\r\n")
            code, text = _decode(self._client.getreply())
            _wait_at_most(self._client, COMMAND_SECONDS)
        except FAULTS as error:
            return self._drop(Verdict.UNKNOWN, error, "DOT")
        if code == 250:
            return Outcome(Verdict.ACCEPTED, code, text, "DOT")
        if not 400 <= code <= 599:
            return self._drop(Verdict.UNKNOWN, f"{code} {text}", "DOT")
        return self._refuse(code, text, "DOT")

    def _refuse(self, code: int, text: str, phase: str) -> Outcome:
        outcome = judge_reply(code, text, phase)
        if code == 421 or code < 0:
            self._hang_up()
        elif phase != "DOT":
            try:
                self._say("RSET")
            except FAULTS:
                self._hang_up()
        return outcome

    def _drop(self, verdict: Verdict, why: object, phase: str) -> Outcome:
        self._hang_up()
        return Outcome(verdict, 0, str(why), phase)

    def _hang_up(self) -> None:
        self.is_open = False
        self._client.close()

    def _say(self, line: str) -> tuple[int, str]:
        self._client.putcmd(line)
        code, text = _decode(self._client.getreply())
        if code == -1:
            raise smtplib.SMTPServerDisconnected("The server answered no SMTP.")
        return code, text

    def _mail_options(self, rcpt_to: str) -> str:
        if rcpt_to.isascii():
            return ""
        self._client.command_encoding = "utf-8"
        return " SMTPUTF8"


class Mailer(BaseEmailBackend):
    """The bulk mailer of MAILERS: opens conversations for the delivery workers."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        starttls: str = "offered",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.host = host
        self.port = int(port)
        self.username = username
        self.password = password
        self.starttls = starttls

    def connect(self) -> SmtpConnection:
        """Return an open conversation. Raises ConnectionFailed with the reason."""
        client = None
        try:
            client = smtplib.SMTP(
                self.host,
                self.port,
                local_hostname=socket.getfqdn(),
                timeout=CONNECT_SECONDS,
            )
            client.ehlo_or_helo_if_needed()
            self._secure(client)
            if self.username:
                client.login(self.username, self.password)
            _wait_at_most(client, COMMAND_SECONDS)
        except (*FAULTS, ConnectionFailed) as error:
            if client is not None:
                client.close()
            raise ConnectionFailed(_reason(error)) from error
        return SmtpConnection(client)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send Django's own messages too, so that the mailer is a mailer like any."""
        sent = 0
        connection = self.connect()
        try:
            for message in email_messages:
                content = message.message().as_bytes()
                for address in message.recipients():
                    outcome = connection.deliver(
                        message.from_email, address, content, before_dot=lambda: True
                    )
                    if outcome.verdict != Verdict.ACCEPTED:
                        raise smtplib.SMTPException(outcome.reply)
                sent += 1
        finally:
            connection.close()
        return sent

    def _secure(self, client: smtplib.SMTP) -> None:
        if self.starttls == "never":
            return
        if client.has_extn("starttls"):
            context = ssl.create_default_context()
            if self.starttls == "offered":
                # RFC 7435: encryption without a known name is better than none.
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            client.starttls(context=context)
            client.ehlo()
        elif self.starttls == "required":
            raise ConnectionFailed("The mail server does not offer STARTTLS.")


def _quote(content: bytes) -> bytes:
    """Return content with leading dots doubled (RFC 5321 §4.5.2), ending in CRLF."""
    quoted = content.replace(b"\r\n.", b"\r\n..")
    if quoted.startswith(b"."):
        quoted = b"." + quoted
    return quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n"


def _decode(reply: tuple[int, bytes]) -> tuple[int, str]:
    code, text = reply
    return code, text.decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {error.smtp_error!r}"
    return str(error) or type(error).__name__


def _wait_at_most(client: smtplib.SMTP, seconds: int) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)
