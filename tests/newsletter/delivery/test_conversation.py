"""newsletter/delivery/transports/conversation.py against a server that fails where told,
with and without pipelining."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.transports.conversation import (
    SmtpConversation,
    stuff_dots,
)
from newsletter.delivery.transports.smtp import Mailer
from newsletter.delivery.transports.waiting import hand_over
from newsletter.delivery.transports.wire import Broken
from tests.newsletter.delivery.talking import (
    ALL,
    CONTENT,
    PEOPLE,
    answer_at,
    deliver,
    verdicts,
    write_letters,
)
from tests.smtp_server import DROP, running_smtp_server


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["step by step", "pipelined"])
def extensions(request):
    return request.param


def test_deliver_letters_arrive_byte_for_byte_in_one_conversation(extensions):
    with running_smtp_server(extensions=extensions) as server:
        conversation, outcomes = deliver(server, *PEOPLE)
        conversation.close()

    assert outcomes[PEOPLE[0]] == Outcome(Verdict.ACCEPTED, 250, "2.0.0 queued", "DOT")
    assert verdicts(outcomes) == [Verdict.ACCEPTED] * 3
    assert server.recipients == PEOPLE
    assert {message.content for message in server.messages} == {CONTENT}
    assert {message.mail_from for message in server.messages} == {"office@example.org"}
    assert server.connections == 1


@pytest.mark.parametrize(
    ("phase", "line", "verdict", "blames_sender", "stays_open"),
    [
        ("MAIL", "550 no such sender", Verdict.FAILED, True, True),
        ("MAIL", "451 try later", Verdict.DEFERRED, False, True),
        ("RCPT", "550 5.1.1 unknown", Verdict.FAILED, False, True),
        ("RCPT", "450 greylisted", Verdict.DEFERRED, False, True),
        ("RCPT", "421 too many", Verdict.DEFERRED, False, False),
        ("RCPT", "354 what", Verdict.DEFERRED, False, False),
        ("DATA", "554 no", Verdict.FAILED, False, True),
        ("DATA", "451 later", Verdict.DEFERRED, False, True),
        ("DOT", "554 spam", Verdict.FAILED, False, True),
        ("DOT", "452 disk full", Verdict.DEFERRED, False, True),
        ("DOT", "421 going down", Verdict.DEFERRED, False, False),
        ("MAIL", DROP, Verdict.DEFERRED, False, False),
        ("RCPT", DROP, Verdict.DEFERRED, False, False),
        ("DATA", DROP, Verdict.DEFERRED, False, False),
        ("DOT", DROP, Verdict.UNKNOWN, False, False),
        ("STORED", DROP, Verdict.UNKNOWN, False, False),
        ("STORED", "nonsense", Verdict.UNKNOWN, False, False),
        ("STORED", "354 go on", Verdict.UNKNOWN, False, False),
    ],
)
def test_deliver_fault_at_phase_is_judged_and_hits_only_its_letter(
    extensions, phase, line, verdict, blames_sender, stays_open
):
    who = "office@example.org" if phase == "MAIL" else PEOPLE[0]
    seen = []

    def answer_once(at, argument):
        if (at, argument) == (phase, who) and not seen:
            seen.append(1)
            return line
        return None

    with running_smtp_server(answer=answer_once, extensions=extensions) as server:
        conversation, outcomes = deliver(server, *PEOPLE)
        was_open = conversation.is_open
        conversation.close()

    first = outcomes.pop(PEOPLE[0])
    assert (first.verdict, first.blames_sender, was_open) == (
        verdict,
        blames_sender,
        stays_open,
    )
    # What was not offered any more is given back, whatever of it had been sent ahead.
    rest = Verdict.ACCEPTED if stays_open else Verdict.RELEASED
    assert set(verdicts(outcomes)) == {rest}
    taken = [PEOPLE[0]] if phase == "STORED" else []
    assert server.recipients == taken + (PEOPLE[1:] if stays_open else [])
    assert server.for_nobody == []


@pytest.mark.parametrize("line", ["550 5.1.1 unknown", "450 greylisted"])
def test_deliver_data_let_through_for_refused_recipient_nobody_gets_an_empty_letter(
    line,
):
    refuse = answer_at("RCPT", line)
    with running_smtp_server(
        answer=refuse, extensions=("PIPELINING",), lets_data_through=True
    ) as server:
        conversation, outcomes = deliver(server, *PEOPLE)
        conversation.close()

    # RFC 2920 §3.1: a lone dot, which the server refuses.
    assert server.for_nobody == [b""]
    assert server.recipients == PEOPLE[1:]
    assert outcomes[PEOPLE[0]].reply == f"RCPT {line}"
    assert server.connections == 1


def test_deliver_data_let_through_after_refused_sender_hangs_up_without_a_dot():
    refuse = answer_at("MAIL", "550 not you", to=ALL)
    with running_smtp_server(
        answer=refuse, extensions=("PIPELINING",), lets_data_through=True
    ) as server:
        conversation, outcomes = deliver(server)

    assert (server.messages, server.for_nobody) == ([], [])
    assert (verdicts(outcomes), conversation.is_open) == ([Verdict.FAILED], False)


def test_deliver_no_longer_ours_before_dot_nothing_is_taken(extensions):
    with running_smtp_server(extensions=extensions) as server:
        conversation, outcomes = deliver(
            server, *PEOPLE, announce=lambda delivery_id: delivery_id != 1
        )

    assert verdicts(outcomes) == [Verdict.ACCEPTED, Verdict.RELEASED, Verdict.RELEASED]
    assert (server.recipients, conversation.is_open) == (PEOPLE[:1], False)


def test_deliver_announces_each_letter_before_the_server_can_have_it(extensions):
    log = []

    def note(phase, argument):
        if phase in ("DOT", "STORED"):
            log.append((phase, argument))
        return None

    def announce(delivery_id):
        log.append(("HANDING", PEOPLE[delivery_id]))
        return True

    with running_smtp_server(answer=note, extensions=extensions) as server:
        deliver(server, *PEOPLE, announce=announce)

    assert log == [
        (step, address) for address in PEOPLE for step in ("HANDING", "DOT", "STORED")
    ]


def test_deliver_stopped_in_the_middle_of_a_letter_leaves_no_half_one(extensions):
    with running_smtp_server(extensions=extensions) as server:
        conversation = Mailer("127.0.0.1", server.port).connect()
        outcomes = hand_over(conversation, write_letters(*PEOPLE))
        next(outcomes)
        outcomes.close()

    assert (server.recipients, conversation.is_open) == (PEOPLE[:1], False)


def test_deliver_cap_of_letters_reached_rest_is_given_back(extensions):
    with running_smtp_server(extensions=extensions) as server:
        conversation, outcomes = deliver(server, *PEOPLE, messages_per_connection=2)

    assert verdicts(outcomes) == [Verdict.ACCEPTED] * 2 + [Verdict.RELEASED]
    assert (server.recipients, conversation.is_open) == (PEOPLE[:2], False)


@pytest.mark.parametrize("address", ["a@example.org>\r\nDATA", "a b@example.org"])
def test_deliver_address_that_breaks_out_fails_that_one(extensions, address):
    with running_smtp_server(extensions=extensions) as server:
        conversation, outcomes = deliver(server, address, PEOPLE[1])
        conversation.close()

    assert outcomes[address] == Outcome(Verdict.FAILED, 553, "not an address", "RCPT")
    assert server.recipients == [PEOPLE[1]]


def test_deliver_sender_that_breaks_out_is_the_senders_fault(extensions):
    letters = write_letters(PEOPLE[0])
    letters[0].mail_from = "a@example.org>\r\nRCPT TO:<x@example.org"
    with running_smtp_server(extensions=extensions) as server:
        conversation = Mailer("127.0.0.1", server.port).connect()
        [(_letter, outcome)] = hand_over(conversation, letters)
        conversation.close()

    assert (outcome.verdict, outcome.blames_sender) == (Verdict.FAILED, True)
    assert server.messages == []


def test_deliver_reset_refused_is_no_readers_fault(extensions):
    answers = {"RSET": "502 not here"}

    def answer(phase, argument):
        if phase == "RCPT" and argument == PEOPLE[0]:
            return "550 5.1.1 unknown"
        return answers.get(phase)

    with running_smtp_server(answer=answer, extensions=extensions) as server:
        conversation, outcomes = deliver(server, *PEOPLE)

    assert verdicts(outcomes) == [Verdict.FAILED, Verdict.DEFERRED, Verdict.RELEASED]
    assert outcomes[PEOPLE[1]].reply == "RSET 502 not here"
    assert (server.messages, conversation.is_open) == ([], False)


def test_deliver_unicode_local_part_without_smtputf8_fails_that_one(extensions):
    with running_smtp_server(extensions=extensions) as server:
        conversation, outcomes = deliver(server, PEOPLE[0], "åsa@example.org")
        conversation.close()

    assert outcomes["åsa@example.org"] == Outcome(
        Verdict.FAILED, 553, "no SMTPUTF8", "RCPT"
    )
    assert server.recipients == PEOPLE[:1]


def test_deliver_unicode_local_part_with_smtputf8_arrives(extensions):
    with running_smtp_server(extensions=(*extensions, "8BITMIME", "SMTPUTF8")) as s:
        conversation, outcomes = deliver(s, PEOPLE[0], "åsa@example.org")
        conversation.close()

    assert verdicts(outcomes) == [Verdict.ACCEPTED] * 2
    assert s.recipients == [PEOPLE[0], "åsa@example.org"]


class BrokenSocket:
    """A socket that takes so many bytes, then breaks."""

    def __init__(self, takes):
        self.takes = takes
        self.answers = b"250 ok\r\n250 ok\r\n354 go on\r\n"

    def send(self, data):
        if self.takes <= 0:
            raise ConnectionResetError("reset")
        sent = min(len(data), self.takes)
        self.takes -= sent
        return sent

    def recv(self, size):
        answers, self.answers = self.answers, b""
        return answers

    def settimeout(self, seconds):
        pass

    def close(self):
        pass


@pytest.mark.parametrize(
    ("missing", "is_encrypted", "verdict"),
    [
        # Nothing of the dot went out, its first byte did, all of it did.
        (3, False, Verdict.DEFERRED),
        (2, False, Verdict.UNKNOWN),
        (0, False, Verdict.UNKNOWN),
        # How much of a TLS record the other side has, nobody knows.
        (3, True, Verdict.UNKNOWN),
    ],
)
def test_deliver_write_breaks_off_is_in_doubt_only_from_the_dot_on(
    missing, is_encrypted, verdict
):
    envelope = b"MAIL FROM:<office@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n"
    whole = len(envelope) + len(stuff_dots(CONTENT)) + len(b".\r\n")
    sock = BrokenSocket(whole - missing)
    conversation = SmtpConversation(sock, ["PIPELINING"], is_encrypted=is_encrypted)

    [(_letter, outcome)] = hand_over(conversation, write_letters(PEOPLE[0]))

    assert (outcome.verdict, conversation.is_open) == (verdict, False)


def test_read_endless_line_breaks_the_conversation():
    sock = BrokenSocket(10**6)
    sock.answers = b"2" * 70_000
    sock.recv = lambda size: sock.answers
    conversation = SmtpConversation(sock, ["PIPELINING"])

    [(_letter, outcome)] = hand_over(conversation, write_letters(PEOPLE[0]))

    assert outcome.verdict == Verdict.DEFERRED
    assert str(Broken("an answer without end")) == outcome.text


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b".a\r\n.b\r\n", b"..a\r\n..b\r\n"),
        (b"a\r\n..\r\n", b"a\r\n...\r\n"),
        (b"a", b"a\r\n"),
        (b"a.b\r\n", b"a.b\r\n"),
        # What some servers take for the end of a letter (SMTP smuggling).
        (
            b"a\n.\nMAIL FROM:<x@y.example>\r\n",
            b"a\r\n..\r\nMAIL FROM:<x@y.example>\r\n",
        ),
        (b"a\r.\rb\n.\r\n", b"a\r\n..\r\nb\r\n..\r\n"),
    ],
)
def test_stuff_dots_doubles_leading_dots_and_ends_lines_in_crlf(content, wire):
    assert stuff_dots(content) == wire


ANSWERS = st.sampled_from(
    [None] * 8
    + ["250 ok", "354 go on", "421 bye", "450 later", "550 no", "nonsense", DROP]
)
PHASES = ("MAIL", "RCPT", "DATA", "DOT", "STORED")


@settings(max_examples=60, deadline=None)
@given(
    script=st.lists(st.tuples(*[ANSWERS] * len(PHASES)), min_size=6, max_size=6),
    pipelines=st.booleans(),
    lets_data_through=st.booleans(),
)
def test_deliver_whatever_the_server_says_accounts_are_true(
    script, pipelines, lets_data_through
):
    """Accepted only what the server stored; stored but not accepted only in doubt."""
    orders = iter(script)
    current = {}

    def answer(phase, argument):
        if phase == "MAIL":
            current.update(zip(PHASES, next(orders, (None,) * 5), strict=True))
        return current.get(phase)

    letters = write_letters(*(f"p{n}@example.org" for n in range(5)))
    waiting = {letter.rcpt_to: letter for letter in letters}
    announced, ends = set(), {}
    with running_smtp_server(
        answer=answer,
        extensions=("PIPELINING",) if pipelines else (),
        lets_data_through=lets_data_through,
    ) as server:
        while waiting:
            conversation = Mailer("127.0.0.1", server.port).connect()
            letters = list(waiting.values())

            def announce(delivery_id):
                announced.add(f"p{delivery_id}@example.org")
                return True

            for letter, outcome in hand_over(conversation, letters, announce):
                if outcome.verdict != Verdict.RELEASED:
                    ends[letter.rcpt_to] = outcome
                    del waiting[letter.rcpt_to]
            conversation.close()

    stored = set(server.recipients)
    accepted = {a for a, o in ends.items() if o.verdict == Verdict.ACCEPTED}
    unknown = {a for a, o in ends.items() if o.verdict == Verdict.UNKNOWN}
    assert len(server.recipients) == len(stored)
    # A server that says 250 to the dot and forgets the letter is its own affair; one
    # that stores it and says no, too: both are among the orders here.
    honest = {a for a, o in ends.items() if not _lies(o, stored=a in stored)}
    assert accepted & honest <= stored
    assert (stored & honest) <= accepted | unknown
    assert accepted | unknown <= announced


def _lies(outcome, *, stored):
    """Whether the server's answer to the dot says the opposite of what it did."""
    if outcome.phase != "DOT" or not outcome.code:
        return False
    return (outcome.code // 100 == 2) != stored
