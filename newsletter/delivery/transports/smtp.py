"""Our own way out: the mail server that stands between us and the world.

Opens conversations: connect, EHLO, STARTTLS by policy, AUTH. From then on
``conversation`` drives them.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from email import policy
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from crm.addresses import encode_domain
from newsletter.delivery.outcomes import Verdict
from newsletter.delivery.transports.conversation import DOT_SECONDS, SmtpConversation
from newsletter.delivery.transports.interface import ConnectionFailed, Letter
from newsletter.delivery.transports.waiting import hand_over

__all__ = ["DOT_SECONDS", "ConnectionFailed", "Mailer"]

CONNECT_SECONDS = 30
# RFC 7435: what ``starttls`` may be.
STARTTLS_POLICIES = ("never", "offered", "required")
MESSAGES_PER_CONNECTION = 500
# What Postfix allows itself to one destination (default_destination_concurrency_limit);
# it lets in 50 of one client (smtpd_client_connection_count_limit). A server that answers
# at once sees two.
MOST_CONNECTIONS = 20
# UnicodeError: a name or password in letters that smtplib cannot write.
FAULTS = (smtplib.SMTPException, OSError, UnicodeError)


class Mailer(BaseEmailBackend):
    """The bulk mailer of MAILERS: opens conversations for the delivery workers."""

    wants_content = True

    def __init__(
        self,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        starttls: str = "offered",
        messages_per_connection: int = MESSAGES_PER_CONNECTION,
        connections: int = MOST_CONNECTIONS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if starttls not in STARTTLS_POLICIES:
            raise ValueError(f"starttls must be one of {', '.join(STARTTLS_POLICIES)}.")
        self.host = host
        self.port = int(port)
        self.username = username
        self.password = password
        self.starttls = starttls
        self.messages_per_connection = int(messages_per_connection)
        self.most_connections = max(1, int(connections))

    def connect(self) -> SmtpConversation:
        """Return an open conversation. Raises ConnectionFailed with the reason."""
        try:
            return self._take_over(self._log_in())
        except FAULTS as error:
            raise ConnectionFailed(
                _reason(error), blames_sender=_is_final(error)
            ) from error

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send Django's own messages too, so that the mailer is a mailer like any."""
        conversation = self.connect()
        try:
            letters = [
                Letter(0, _bare(message.from_email), _bare(address), content)
                for message in email_messages
                for content in [message.message(policy=policy.SMTP).as_bytes()]
                for address in message.recipients()
            ]
            for _letter, outcome in hand_over(conversation, letters):
                if outcome.verdict != Verdict.ACCEPTED:
                    raise smtplib.SMTPException(outcome.reply)
        finally:
            conversation.close()
        return len(email_messages)

    def _log_in(self) -> smtplib.SMTP:
        # Named here, and not in connect(), the host is whose certificate is asked for.
        client = smtplib.SMTP(self.host, self.port, _own_name(), CONNECT_SECONDS)
        try:
            client.ehlo_or_helo_if_needed()
            self._secure(client)
            if self.username:
                client.login(self.username, self.password)
        except BaseException:
            client.close()
            raise
        return client

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

    def _take_over(self, client: smtplib.SMTP) -> SmtpConversation:
        sock: Any = client.sock
        if client.file is not None:
            # Its reader may go: nothing is said before the next command.
            client.file.close()
        # The last piece of a letter must not wait for an acknowledgement (Nagle).
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SmtpConversation(
            sock,
            client.esmtp_features,
            is_encrypted=isinstance(sock, ssl.SSLSocket),
            most_letters=self.messages_per_connection,
        )


def _bare(address: str) -> str:
    """Return the address of "Name <address>"."""
    return encode_domain(parseaddr(address)[1])


@lru_cache(maxsize=1)
def _own_name() -> str:
    return socket.getfqdn()


def _is_final(error: Exception) -> bool:
    """Say whether trying again is of no use: 5xx before any letter, or a log-in that
    cannot even be written."""
    code = getattr(error, "smtp_code", 0)
    return 500 <= code <= 599 or isinstance(error, UnicodeError)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        # Its own words would quote the password.
        return "The log-in has letters outside ASCII, which cannot be sent."
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        said = words.decode(errors="replace") if isinstance(words, bytes) else words
        return f"{error.smtp_code} {said}"
    return str(error) or type(error).__name__
