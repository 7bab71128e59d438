"""newsletter/delivery/lines.py and hand.py: late answers, several conversations."""

import errno
import os
import time
from socket import socketpair
from threading import Event, Lock
from types import SimpleNamespace

import pytest

from newsletter.choices import DeliveryState
from newsletter.delivery import lines
from newsletter.delivery.hand import Hand
from newsletter.delivery.journal import Journal
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.statements import Claimed
from newsletter.delivery.transports.interface import Letter
from newsletter.models import Campaign, Destination
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import deliver, make_frozen_campaign
from tests.smtp_server import running_smtp_server

# More than any wait of a test that passes.
TOO_LONG = 10


class LateServer:
    """Orders for a server that answers some letters only when all others have come."""

    def __init__(self, late, others):
        self.late = late
        self.others = set(others)
        self.is_through = Event()
        self.in_time = []
        self.lock = Lock()

    def answer(self, phase, argument):
        if phase == "STORED" and argument in self.late:
            self.in_time.append(self.is_through.wait(TOO_LONG))
        elif phase == "STORED":
            with self.lock:
                self.others.discard(argument)
                if not self.others:
                    self.is_through.set()
        return None


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
def test_run_worker_late_answers_hold_up_nobody_else(bulk_to, extensions):
    campaign = make_frozen_campaign(people=9)
    addresses = list(campaign.deliveries.values_list("address", flat=True))
    orders = LateServer(late=addresses[1:3], others=[addresses[0], *addresses[3:]])

    with running_smtp_server(answer=orders.answer, extensions=extensions) as server:
        bulk_to(server.port, connections=20)
        accepted = deliver()

    assert (accepted, orders.in_time) == (9, [True, True])
    assert sorted(server.recipients) == sorted(addresses)
    assert set(campaign.deliveries.values_list("state", flat=True)) == {
        DeliveryState.ACCEPTED
    }


@pytest.mark.django_db
def test_run_worker_late_answer_does_not_keep_the_next_claim_waiting(bulk_to, settings):
    settings.NEWSLETTER_CLAIM_SIZE = 3
    campaign = make_frozen_campaign(people=8)
    first, *others = campaign.deliveries.order_by("pk").values_list(
        "address", flat=True
    )
    orders = LateServer(late=[first], others=others)

    with running_smtp_server(
        answer=orders.answer, extensions=("PIPELINING",)
    ) as server:
        bulk_to(server.port, connections=20)
        assert deliver() == 8

    assert orders.in_time == [True]


@pytest.mark.django_db
def test_run_worker_answer_that_never_comes_is_given_up_while_others_go_on(
    bulk_to, monkeypatch
):
    monkeypatch.setattr("newsletter.delivery.transports.conversation.DOT_SECONDS", 0.5)
    campaign = make_frozen_campaign(people=80)
    silent = campaign.deliveries.order_by("pk").first()
    note_answer, noted, is_over = Journal.note_answer, [], Event()

    def note(journal, delivery_id, outcome):
        note_answer(journal, delivery_id, outcome)
        noted.append((delivery_id, outcome.verdict))

    def answer(phase, argument):
        if phase == "STORED" and argument == silent.address:
            is_over.wait(TOO_LONG)
        elif phase == "STORED":
            # So quick that there is always one to go on, and together long enough.
            Event().wait(0.02)
        return None

    monkeypatch.setattr(Journal, "note_answer", note)
    with running_smtp_server(answer=answer, extensions=("PIPELINING",)) as server:
        bulk_to(server.port, connections=2)
        deliver()
        is_over.set()

    given_up = noted.index((silent.pk, Verdict.UNKNOWN))
    assert (len(noted), given_up < len(noted) - 1) == (80, True)


@pytest.mark.django_db
def test_run_worker_server_lets_one_connection_in_everybody_gets_it(
    bulk_to, monkeypatch
):
    monkeypatch.setattr(lines, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(lines, "LATE_SECONDS", 0.0)
    campaign = make_frozen_campaign(people=6)
    seen = []

    def answer(phase, argument):
        if phase == "CONNECT":
            seen.append(1)
            return "421 too many connections" if len(seen) > 1 else None
        return None

    with running_smtp_server(answer=answer, extensions=("PIPELINING",)) as server:
        bulk_to(server.port, connections=20)
        deliver()

    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )


@pytest.mark.django_db
def test_run_worker_domain_that_takes_one_at_a_time_gets_one_at_a_time(
    bulk_to, monkeypatch
):
    monkeypatch.setattr(lines, "PATIENCE_SECONDS", 0.0)
    campaign = make_frozen_campaign(people=8)
    Destination.objects.create(domain="example.org", at_once=1)
    lock, most, now = Lock(), [0], [0]

    def answer(phase, argument):
        if phase == "MAIL":
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
        elif phase == "STORED":
            # Long enough for another line to be opened, and used.
            Event().wait(0.02)
            with lock:
                now[0] -= 1
        return None

    with running_smtp_server(answer=answer, extensions=("PIPELINING",)) as server:
        bulk_to(server.port, connections=20)
        deliver()

    assert (most[0], len(server.messages)) == (1, campaign.frozen_count)


@pytest.mark.django_db
@pytest.mark.database
def test_run_worker_letter_behind_another_outlives_the_next_claim(bulk_to, settings):
    settings.NEWSLETTER_CLAIM_SIZE = 4
    people = [make_contact(email=f"p{n}@one.example") for n in range(2)]
    people += [make_contact(email=f"q{n}@easy.example") for n in range(6)]
    campaign = make_frozen_campaign(contacts=people)
    Destination.objects.create(domain="one.example", at_once=1)
    orders = LateServer(late=["p0@one.example"], others=[p.email for p in people[2:]])

    with running_smtp_server(
        answer=orders.answer, extensions=("PIPELINING",)
    ) as server:
        bulk_to(server.port, connections=4)
        assert deliver() == campaign.frozen_count

    # The others were claimed and went while the second letter waited for the first.
    assert orders.in_time == [True]


@pytest.mark.django_db
@pytest.mark.database
def test_run_worker_domain_that_takes_one_at_a_time_keeps_nobody_waiting(
    bulk_to, settings
):
    settings.NEWSLETTER_CLAIM_SIZE = 4
    slow = [make_contact(email=f"p{n}@one.example") for n in range(9)]
    quick = [make_contact(email=f"q{n}@easy.example") for n in range(6)]
    campaign = make_frozen_campaign(contacts=[*slow, *quick])
    Destination.objects.create(domain="one.example", at_once=1)
    orders = LateServer([p.email for p in slow], [p.email for p in quick])

    with running_smtp_server(
        answer=orders.answer, extensions=("PIPELINING",)
    ) as server:
        bulk_to(server.port, connections=4)
        assert deliver() == campaign.frozen_count

    assert orders.in_time == [True] * 9


@pytest.mark.django_db
def test_run_worker_disk_of_the_journal_fills_letters_on_their_way_are_heard_out(
    bulk_to, monkeypatch
):
    campaign = make_frozen_campaign(people=4)
    first = campaign.deliveries.order_by("pk").first()
    write, is_full = os.write, Event()

    def write_if_room(file, data):
        if is_full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    def answer(phase, argument):
        if phase == "STORED" and argument == first.address:
            is_full.wait(TOO_LONG)
        elif phase == "RCPT" and argument != first.address:
            # Over another line, since this one is still waiting for its answer.
            is_full.set()
        return None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port, connections=2)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write_if_room)
            with pytest.raises(OSError, match="No space left"):
                deliver()
        deliver()

    first.refresh_from_db()
    assert (first.state, len(server.messages)) == (DeliveryState.ACCEPTED, 4)


class Quiet:
    """A conversation in which nothing is said: the worker looks round, when told to."""

    is_open = True
    wants_room = False

    def __init__(self, look=None):
        self.here, self.there = socketpair()
        self.is_watched = self.is_told = False
        self.look = look

    def fileno(self):
        self.is_watched = True
        return self.here.fileno()

    def give_back(self):
        return []

    def close(self):
        self.here.close()
        self.there.close()

    def talk(self):
        while not self.is_told:
            yield None
        self.look()


def test_lines_line_tidied_away_while_another_goes_on_is_dropped_once(monkeypatch):
    monkeypatch.setattr(lines, "IDLE_SECONDS", -1)
    monkeypatch.setattr(lines, "PATIENCE_SECONDS", -1)
    busy, idle = Quiet(look=lambda: led.tidy()), Quiet()
    transport = SimpleNamespace(connect=iter([busy, idle]).__next__, most_connections=2)
    led = lines.Lines(lambda: transport, Quiet.talk)
    led.ensure()
    # What the server says last to an idle line.
    idle.there.send(b"421 bye\r\n")
    while not idle.is_watched:
        list(led.advance(wants=True))

    busy.is_told = True
    busy.there.send(b"250 ok\r\n")
    list(led.advance(wants=False))

    assert (idle.here.fileno(), busy.here.fileno() >= 0) == (-1, True)
    busy.close()


def test_lines_opening_another_fails_unforeseen_another_is_tried(monkeypatch):
    monkeypatch.setattr(lines, "PATIENCE_SECONDS", -1)
    monkeypatch.setattr(lines, "REST_SECONDS", 0)
    tries = []
    busy = Quiet()

    def connect():
        tries.append(None)
        raise LookupError

    transport = SimpleNamespace(connect=lambda: busy, most_connections=2)
    led = lines.Lines(lambda: transport, Quiet.talk)
    led.ensure()
    transport.connect = connect
    ends_at = time.monotonic() + TOO_LONG
    while len(tries) < 2 and time.monotonic() < ends_at:
        list(led.advance(wants=True))

    assert len(tries) >= 2
    busy.close()


def make_row(number, domain="example.org"):
    address = f"p{number}@{domain}"
    return Claimed(
        number, number, address, domain, "sv", 0, 1, False, "", "", "", {}, False
    )


def take_up(hand, *rows):
    hand.take_up(Campaign(pk=1), rows, {row.delivery_id: {} for row in rows})


def take_all(hand):
    taken = []
    while found := hand.next():
        taken.append(found[0].row.delivery_id)
    return taken


def test_hand_single_domain_next_is_taken_when_the_first_is_settled():
    hand = Hand(lambda domain: domain == "slow.example")
    rows = [make_row(1, "slow.example"), make_row(2, "slow.example"), make_row(3)]
    take_up(hand, *rows)

    assert take_all(hand) == [1, 3]
    assert [pk for pk, _held in hand.list_waiting()] == [2]

    hand.settle(1, Outcome(Verdict.ACCEPTED))
    assert take_all(hand) == [2]


def test_hand_letter_put_back_is_the_next_and_is_not_written_again():
    hand = Hand(lambda domain: False)
    take_up(hand, make_row(1), make_row(2))
    hand.next()
    letter = Letter(1, "office@example.org", "p1@example.org", b"written")
    hand.announced.add(1)

    hand.put_back(letter)

    held, written = hand.next()
    assert (held.row.delivery_id, written, hand.announced) == (1, letter, set())


def test_hand_settled_row_is_not_taken():
    hand = Hand(lambda domain: False)
    take_up(hand, make_row(1), make_row(2))

    hand.settle(1, Outcome(Verdict.SUPPRESSED))

    assert (take_all(hand), len(hand)) == ([2], 1)
