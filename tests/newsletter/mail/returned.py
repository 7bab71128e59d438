"""Mail as servers and people return it, for the tests of reports and feedback."""

from textwrap import dedent


def make_bounce(
    *,
    to: str = "studs@example.org",
    recipient: str = "asa@norrhamn.example",
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 User unknown",
    action: str = "failed",
    returned: str = "",
    message_id: str = "<report-1@mx.norrhamn.example>",
) -> bytes:
    """Return a delivery status notification (RFC 3464) about one recipient."""
    text = dedent("""\
        From: Mail Delivery System <MAILER-DAEMON@mx.norrhamn.example>
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Date: Sat, 21 Nov 2026 10:00:00 +0100
        Message-ID: {message_id}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain; charset=utf-8

        This is the mail system at host mx.norrhamn.example.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.norrhamn.example

        Final-Recipient: rfc822; {recipient}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {diagnostic}

        --b
        Content-Type: text/rfc822-headers

        {returned}
        Subject: Rapport
        --b--
        """)
    return text.format(
        to=to,
        recipient=recipient,
        status=status,
        diagnostic=diagnostic,
        action=action,
        returned=returned or "From: natverket@example.org",
        message_id=message_id,
    ).encode()


def make_complaint(
    *,
    mail_from: str = "",
    recipient: str = "",
    kind: str = "abuse",
    message_id: str = "<complaint-1@fbl.example>",
) -> bytes:
    """Return a feedback report (RFC 5965)."""
    fields = [f"Feedback-Type: {kind}", "User-Agent: Somebody/1.0", "Version: 1"]
    if mail_from:
        fields.append(f"Original-Mail-From: <{mail_from}>")
    if recipient:
        fields.append(f"Original-Rcpt-To: <{recipient}>")
    head = dedent(f"""\
        From: <feedback@fbl.example>
        To: <studs@example.org>
        Subject: FW: Rapport
        Message-ID: {message_id}
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="b"

        --b
        Content-Type: text/plain

        This is an email abuse report.

        --b
        Content-Type: message/feedback-report

        """)
    tail = dedent("""\

        --b
        Content-Type: message/rfc822

        From: natverket@example.org
        Subject: Rapport

        Hej
        --b--
        """)
    return (head + "\n".join(fields) + "\n" + tail).encode()


def make_auto_reply(
    text: str,
    *,
    subject: str = "Automatiskt svar: Rapport",
    to: str = "studs@example.org",
    headers: str = "Auto-Submitted: auto-replied",
    message_id: str = "<svar-1@norrhamn.example>",
) -> bytes:
    """Return what somebody's mail program answers by itself."""
    return (
        f"From: Åsa Berg <asa@norrhamn.example>\nTo: {to}\nSubject: {subject}\n"
        f"Message-ID: {message_id}\n{headers}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()
