"""Bytes of a mail that came back → what it says about letters of ours."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from newsletter.choices import BounceClass, EventType
from newsletter.mail.autoreplies import MARKS, cut_quoted, is_auto_reply, says_has_left
from newsletter.mail.bounces import hide_addresses
from newsletter.mail.reports.complaints import (
    FEEDBACK_TYPES,
    find_complainers,
    is_complaint,
    read_feedback,
)
from newsletter.mail.reports.model import Quoted, Report
from newsletter.mail.reports.parts import (
    MOST_BYTES,
    Part,
    parse_mail,
    read_bytes,
    read_header,
    read_headers,
    read_text,
    walk_parts,
)
from newsletter.mail.reports.prose import (
    cut_returned,
    find_addresses,
    find_failures,
    is_delay,
    is_mail_system,
    judge_prose,
    looks_like_bounce,
    words_about,
)
from newsletter.mail.reports.returned import (
    RETURNED_TYPES,
    read_quoted,
    read_returned,
)
from newsletter.mail.reports.status import (
    STATUS_TYPES,
    find_sender,
    has_fields,
    read_statuses,
)

# The headers that say to whom the report itself was sent, the surest first.
SENT_TO = ("X-Original-To", "Delivered-To", "X-Envelope-To", "Envelope-To", "To", "Cc")
# With the body they tell one mail from another; no hop changes them. "To" is among them
# for servers that write the same words without a date to every return path.
IDENTIFYING = ("Message-ID", "Date", "From", "To", "In-Reply-To")
# A report may be wrapped in another gateway's mail.
MOST_WRAPPINGS = 3


@dataclass
class Mail:
    """One mail, sorted by what its parts are for."""

    headers: Part
    content: bytes
    texts: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    quoted: list[Quoted] = field(default_factory=list)
    wrapped: list[bytes] = field(default_factory=list)

    @property
    def prose(self) -> str:
        """What is written in it for people."""
        return "\n".join(self.texts)

    @property
    def subject(self) -> str:
        return read_header(self.headers, "Subject")

    @property
    def is_from_nobody(self) -> bool:
        """Whether nothing may be answered to it (RFC 5321 §4.5.5, RFC 3834 §3.3)."""
        return {*read_headers(self.headers, "Return-Path")} & {"<>", ""} != set()


def read_reports(content: bytes, *, sent_to: Iterable[str] = ()) -> list[Report]:
    """Return what a mail says, one report for each recipient it speaks of; at least one.

    ``sent_to`` are the envelope's recipients where they are known. A mail that is no
    report comes back as one of type OTHER, so that it is kept and seen. Never raises
    for what stands in the mail; looks at the first megabyte of it.
    """
    mail = _sort_parts(content[:MOST_BYTES])
    reports = _read_mail(mail, MOST_WRAPPINGS)
    traces = (*sent_to, *read_headers(mail.headers, *SENT_TO))
    identity = _identify(mail)
    return [
        replace(
            report,
            traces=(*traces, *report.traces),
            key=_make_key(identity, number, report),
        )
        for number, report in enumerate(_drop_repeated(reports))
    ]


def _drop_repeated(reports: list[Report]) -> list[Report]:
    """Sendmail names a recipient once for every alias it went through."""
    return list(
        {(r.type, r.bounce_class, r.recipients): r for r in reversed(reports)}.values()
    )[::-1]


def _read_mail(mail: Mail, wrappings: int) -> list[Report]:
    reports = [*_read_feedback(mail)] or [*_read_statuses(mail, mail.statuses)]
    if reports:
        return reports
    for wrapped in mail.wrapped if wrappings else ():
        inner = _sort_parts(wrapped)
        if inner.statuses or inner.feedback:
            return _read_mail(inner, wrappings - 1)
    return [*_read_prose(mail)] or [_read_other(mail)]


def _sort_parts(content: bytes) -> Mail:
    headers = parse_mail(content)
    mail = Mail(headers=headers, content=content)
    for part in walk_parts(headers):
        kind = part.media_type
        if kind in STATUS_TYPES:
            mail.statuses.append(read_text(part))
        elif kind in FEEDBACK_TYPES:
            mail.feedback.append(read_text(part))
        elif kind in RETURNED_TYPES:
            mail.quoted.append(read_returned(part))
            mail.wrapped.append(read_bytes(part))
        elif kind in {"text/plain", "text/html"} or kind.startswith("multipart/"):
            # A multipart without its boundary is one text.
            mail.texts.append(read_text(part))
    if not mail.quoted:
        mail.quoted.append(read_quoted(mail.prose))
    return mail


def _read_feedback(mail: Mail) -> Iterator[Report]:
    for text in mail.feedback:
        fields = read_feedback(text)
        complains = is_complaint(fields)
        quoted = _quote(mail)
        yield replace(
            quoted,
            type=EventType.COMPLAINED if complains else EventType.OTHER,
            bounce_class=BounceClass.COMPLAINT if complains else None,
            recipients=find_complainers(fields) or quoted.recipients,
            traces=(*quoted.traces, *fields.get("original-mail-from", [])),
            detail=hide_addresses(
                " ".join([*fields.get("feedback-type", []), mail.subject])
            ),
        )
    if not mail.feedback and _is_old_complaint(mail):
        yield replace(
            _quote(mail),
            type=EventType.COMPLAINED,
            bounce_class=BounceClass.COMPLAINT,
            detail=hide_addresses(mail.subject),
        )


def _is_old_complaint(mail: Mail) -> bool:
    """Microsoft's junk mail reports come without a feedback part."""
    return (
        "staff@hotmail.com" in read_header(mail.headers, "From").lower()
        and "complaint" in mail.subject.lower()
    )


def _read_statuses(mail: Mail, texts: list[str]) -> Iterator[Report]:
    quoted = _quote(mail)
    prose = cut_returned(mail.prose)
    failed = tuple(find_addresses(_failed_header(mail)))
    for text in texts:
        statuses = read_statuses(text)
        named = [status.recipients[0] for status in statuses if status.recipients]
        for status in statuses:
            about = words_about((status.recipients or ("",))[0], prose, named)
            bounce_class = status.judge(about)
            yield replace(
                quoted,
                type=status.type,
                bounce_class=bounce_class,
                recipients=status.recipients or failed or quoted.recipients,
                traces=(*quoted.traces, *find_sender(text)),
                detail=hide_addresses(f"{status.status} {status.words or about}"),
            )


def _read_prose(mail: Mail) -> Iterator[Report]:
    """Read a bounce that only people were meant to read."""
    text, subject = mail.prose, mail.subject
    sender = read_header(mail.headers, "From") or "<>"
    is_bounce = looks_like_bounce(
        sender, subject, text, from_nobody=mail.is_from_nobody
    )
    if is_bounce and not mail.statuses and has_fields(text):
        # Some gateway made one text of all parts.
        yield from _read_statuses(mail, [text])
        return
    if not is_bounce and (
        mail.statuses or not find_failures(mail.content) or is_auto_reply(_marks(mail))
    ):
        return
    quoted = _quote(mail)
    failed = _find_failed(mail)
    delayed = is_delay(subject, text)
    for address in failed or [""]:
        words = words_about(address, text, failed)
        bounce_class = judge_prose(subject, words, cut_returned(text))
        if delayed and bounce_class != BounceClass.BLOCK:
            bounce_class = BounceClass.SOFT
        yield replace(
            quoted,
            type=EventType.DEFERRED if delayed else EventType.BOUNCED,
            bounce_class=bounce_class,
            recipients=(address,) if address else quoted.recipients,
            detail=hide_addresses(words),
        )


def _find_failed(mail: Mail) -> list[str]:
    """Return whom a report in prose is about."""
    return (
        find_addresses(_failed_header(mail))
        or find_failures(mail.content)
        or find_addresses(mail.prose)[:1]
    )


def _failed_header(mail: Mail) -> str:
    """Exim, Gmail and others say in a header of their own who it is about."""
    return " ".join(read_headers(mail.headers, "X-Failed-Recipients"))


def _read_other(mail: Mail) -> Report:
    """Return what is left: an automatic reply, or a mail that no machine wrote."""
    quoted = _quote(mail)
    sender = read_header(mail.headers, "From")
    is_automatic = is_auto_reply(_marks(mail)) or (
        mail.is_from_nobody and not is_mail_system(sender)
    )
    if not is_automatic:
        # Nobody's own words are kept: the mail itself lies where it came in.
        return replace(quoted, detail="", recipients=())
    text = cut_quoted(mail.prose)
    return replace(
        quoted,
        type=EventType.AUTORESPONDED,
        bounce_class=BounceClass.AUTO_REPLY,
        recipients=tuple(find_addresses(sender)),
        detail=hide_addresses(f"{mail.subject} {text}"),
        has_left=says_has_left(mail.subject, text),
    )


def _marks(mail: Mail) -> dict[str, str]:
    marks = {
        name: " ".join(read_headers(mail.headers, name)) for name in (*MARKS, "subject")
    }
    return {name: value for name, value in marks.items() if value}


def _quote(mail: Mail) -> Report:
    """Return a report that says nothing yet but which letter it is about."""
    return Report(
        type=EventType.OTHER,
        recipients=tuple(
            dict.fromkeys(
                address for quoted in mail.quoted for address in quoted.recipients
            )
        ),
        traces=tuple(trace for quoted in mail.quoted for trace in quoted.traces)
        + tuple(read_headers(mail.headers, "In-Reply-To", "References")),
        message_id=next((q.message_id for q in mail.quoted if q.message_id), "")
        or read_header(mail.headers, "In-Reply-To"),
    )


def _identify(mail: Mail) -> str:
    """Return what stays the same when a server sends the same mail once more.

    The headers on top do not: each hop adds one.
    """
    lines = mail.content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    body = lines.partition(b"\n\n")[2]
    kept = [read_header(mail.headers, name) for name in IDENTIFYING]
    return "\0".join([*kept, hashlib.sha256(body.rstrip()).hexdigest()])


def _make_key(identity: str, number: int, report: Report) -> str:
    text = "\0".join([identity, str(number), report.type])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
