"""Mail servers that refuse, drop, wait and forget to answer (T3, T4, T9, T10, T13)."""

import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from crm.models import Contact
from newsletter.choices import DeliveryState
from newsletter.models import Campaign
from tests.faults.account import Account, settle_account
from tests.faults.mailserver import (
    Drop,
    MailServer,
    Order,
    Wait,
    running_mail_server,
)
from tests.faults.results import judge, scenario, total
from tests.faults.stage import Stage
from tests.faults.table import Result

SMTP_SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
WORKERS = 3
LATE_SECONDS = 1.0
# As a mail server that keeps a letter on its disk. One that answers at once is at its own
# limit with three workers, and whoever is let in costs the others.
USUAL_SECONDS = 0.003
# Debian's smtp-sink: flags, and what a delivery is after one attempt.
MODES = (
    ("", DeliveryState.ACCEPTED),
    ("-8", DeliveryState.ACCEPTED),
    ("-p", DeliveryState.ACCEPTED),
    ("-e", DeliveryState.ACCEPTED),
    # Without pipelining: with it a waiting smtp-sink answers in the wrong order. After
    # a dot, what was pipelined behind it is answered at once, the dot a second later.
    ("-p -W .:1", DeliveryState.ACCEPTED),
    ("-p -W rcpt:1", DeliveryState.ACCEPTED),
    ("-p -W data:1", DeliveryState.ACCEPTED),
    # Never reached: nothing was tried.
    ("-f connect", DeliveryState.QUEUED),
    ("-r connect", DeliveryState.QUEUED),
    ("-q connect", DeliveryState.QUEUED),
    ("-q ehlo", DeliveryState.QUEUED),
    # The sender is refused: the send is paused, its deliveries wait.
    ("-f mail", DeliveryState.QUEUED),
    ("-r mail", DeliveryState.DEFERRED),
    ("-q mail", DeliveryState.DEFERRED),
    ("-f rcpt", DeliveryState.FAILED),
    ("-r rcpt", DeliveryState.DEFERRED),
    ("-Q rcpt", DeliveryState.DEFERRED),
    ("-q rcpt", DeliveryState.DEFERRED),
    ("-f data", DeliveryState.FAILED),
    ("-r data", DeliveryState.DEFERRED),
    ("-q data", DeliveryState.DEFERRED),
    ("-f .", DeliveryState.FAILED),
    ("-r .", DeliveryState.DEFERRED),
    ("-Q .", DeliveryState.DEFERRED),
    # Gone after the final dot: the only one in doubt.
    ("-q .", DeliveryState.UNKNOWN),
)


@scenario("T3")
def meet_smtp_sink_in_every_mode(stage: Stage) -> Iterator[Result]:
    """Every failing mode of smtp-sink, by itself, then a server that is well."""
    if SMTP_SINK is None:
        yield Result("T3", "smtp-sink", skipped="install the Debian package postfix")
        return
    campaign = stage.make_send(3)
    stage.keep_scene()
    modes = MODES if not stage.is_small else stage.draw.sample(MODES, 4)
    runs = [_meet_sink(stage, campaign, flags, state) for flags, state in modes]
    wrong = sum(len(result.breaches) for result in runs)
    yield total(runs, "smtp-sink in every mode", misjudged=wrong)


def _meet_sink(
    stage: Stage, campaign: Campaign, flags: str, state: DeliveryState
) -> Result:
    stage.restore_scene()
    with running_smtp_sink(*flags.split()) as sink:
        stage.start_worker(sink).join()
    states = Counter(campaign.deliveries.values_list("state", flat=True))
    # A worker that is refused may stop at the first: the others were never offered.
    judged = state in states and set(states) <= {state, DeliveryState.QUEUED}
    misjudged = [f"{flags}: {dict(states)}, not {state}"]
    doubt = states[DeliveryState.UNKNOWN]
    return Result(
        "T3",
        f"smtp-sink {flags}",
        people=sum(states.values()),
        in_doubt=doubt,
        allowed_doubt=doubt if state == DeliveryState.UNKNOWN else 0,
        breaches=[] if judged else misjudged,
    )


@dataclass(frozen=True)
class Sink:
    port: int


@contextmanager
def running_smtp_sink(*flags: str) -> Iterator[Sink]:
    """Run Debian's smtp-sink with these flags for the time of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(SMTP_SINK), "-u", "nobody", *flags, f"127.0.0.1:{port}", "64"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Sink(port)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("smtp-sink does not listen.")


@scenario("T3")
def fail_in_every_way_at_random(stage: Stage) -> Iterator[Result]:
    """Every twentieth step of the conversation goes wrong, in a way drawn by lot."""
    ways = {
        "MAIL": ("451 4.3.0 later", Drop),
        "RCPT": ("450 4.2.1 later", "550 5.1.1 no such user", "421 4.7.0 go", Drop),
        "DATA": ("451 4.3.0 later", Drop),
        "DOT": ("451 4.3.0 later", "554 5.7.1 no", Drop),
        "TAKEN": (Drop,),
    }
    unanswered = set()

    def answer(phase: str, address: str) -> object:
        if phase not in ways or stage.draw.random() > 0.05:
            return None
        way = stage.draw.choice(ways[phase])
        if phase in ("DOT", "TAKEN") and way is Drop:
            unanswered.add(address)
        return way

    campaign = stage.make_send(stage.size(3_000, 150))
    with running_mail_server(answer=answer) as server:
        stage.come_to_rest(campaign, server, seconds=600)
        in_doubt = _addresses(campaign, DeliveryState.UNKNOWN)
        yield judge(
            "T3",
            "5 % of all steps fail",
            settle_account(campaign, server),
            doubt=len(unanswered),
            expected=[("in doubt exactly after the dot", in_doubt == unanswered)],
            failed=len(_addresses(campaign, DeliveryState.FAILED)),
        )


@scenario("T4")
def lose_one_answer_in_a_hundred(stage: Stage) -> Iterator[Result]:
    """The server takes a letter and goes away without the 250."""
    unanswered = set()

    def answer(phase: str, address: str) -> object:
        if phase == "TAKEN" and stage.draw.random() < 0.01:
            unanswered.add(address)
            return Drop
        return None

    campaign = stage.make_send(stage.size(6_000, 300))
    with running_mail_server(answer=answer) as server:
        stage.come_to_rest(campaign, server, seconds=600)
        in_doubt = _addresses(campaign, DeliveryState.UNKNOWN)
        yield judge(
            "T4",
            "1 % of the answers lost",
            settle_account(campaign, server),
            doubt=len(unanswered),
            expected=[("in doubt exactly the unanswered", in_doubt == unanswered)],
        )


@scenario("T9")
def be_greylisted(stage: Stage) -> Iterator[Result]:
    """Every address is put off at its first attempt and taken at the second."""
    seen = set()

    def answer(phase: str, address: str) -> object:
        if phase == "RCPT" and address not in seen:
            seen.add(address)
            return "450 4.2.0 greylisted"
        return None

    campaign = stage.make_send(stage.size(2_000, 100))
    with running_mail_server(answer=answer) as server:
        stage.come_to_rest(campaign, server, seconds=600)
        account = settle_account(campaign, server)
        everybody = [("everybody reached", account.accepted == account.people)]
        yield judge("T9", "greylisted", account, expected=everybody)


@scenario("T9")
def be_stormed_by_one_domain(stage: Stage) -> Iterator[Result]:
    """One domain answers 421 to everything; the others are not to notice."""
    stormy = "kommun7.example.org"
    offered = count()

    def answer(phase: str, address: str) -> object:
        if phase == "RCPT" and address.endswith(f"@{stormy}"):
            next(offered)
            return "421 4.7.0 too much from you"
        return None

    campaign = stage.make_send(stage.size(2_000, 100))
    others = campaign.deliveries.exclude(domain=stormy).count()
    with running_mail_server(answer=answer) as server:
        began = time.monotonic()
        stage.start_worker(server).join(seconds=300)
        took = time.monotonic() - began
        reached = len(server.taken)
        server.answer = lambda phase, address: None
        stage.come_to_rest(campaign, server)
        account = settle_account(campaign, server)
        tries = next(offered)
        yield judge(
            "T9",
            "421 from one domain",
            account,
            expected=[
                ("the others reached at once", reached == others),
                ("everybody reached in the end", account.accepted == account.people),
                ("the domain is left alone", tries <= max(3, account.people // 100)),
            ],
            tried=tries,
            others=f"{others / took:.0f}/s",
        )


@scenario("T10")
def wait_for_slow_addresses(stage: Stage) -> Iterator[Result]:
    """Fifty of two thousand letters are answered a second late; three workers.

    ``rest`` is the rate of the others, from the first of them to the last, as a share of
    the same letters' rate without late answers, just before and just after. ``whole`` is
    that of all letters: the last late one comes a second after its time.
    """
    slow = stage.size(50, 5)
    campaign = stage.make_send(stage.size(2_000, 100))
    stage.keep_scene()
    addresses = list(campaign.deliveries.values_list("address", flat=True))
    late = set(stage.draw.sample(addresses, slow))
    before, _account = _time_letters(stage, campaign, late, 0)
    stage.restore_scene()
    held, account = _time_letters(stage, campaign, late, LATE_SECONDS)
    stage.restore_scene()
    after, _account = _time_letters(stage, campaign, late, 0)
    share = (before.rest + after.rest) / 2 / held.rest
    whole = (before.whole + after.whole) / 2 / held.whole
    yield judge(
        "T10",
        f"{slow} answered a second late",
        account,
        workers=WORKERS,
        expected=[("the rest at ≥ 80 %", share >= 0.8 or stage.is_small)],
        rest=f"{share:.0%}",
        whole=f"{whole:.0%}",
        connections=held.connections,
    )


@dataclass(frozen=True)
class Pace:
    """Seconds from first to last, of the letters answered at once and of all."""

    rest: float
    whole: float
    connections: int


def _time_letters(
    stage: Stage, campaign: Campaign, late: set[str], seconds: float
) -> tuple[Pace, Account]:
    """Send with some answered so late; return how long it took, and the account."""

    def answer(phase: str, address: str) -> Order:
        if phase != "TAKEN":
            return None
        return Wait(seconds if seconds and address in late else USUAL_SECONDS)

    with running_mail_server(answer=answer) as server:
        workers = [stage.start_worker(server) for _number in range(WORKERS)]
        for worker in workers:
            worker.join(seconds=300)
        pace = _measure_pace(server, late)
        stage.come_to_rest(campaign, server)
        return pace, settle_account(campaign, server)


def _measure_pace(server: MailServer, late: set[str]) -> Pace:
    taken = list(server.taken)
    whole = [letter.at for letter in taken]
    rest = [letter.at for letter in taken if letter.address not in late]
    return Pace(max(rest) - min(rest), max(whole) - min(whole), server.connections)


@scenario("T13")
def meet_poison(stage: Stage) -> Iterator[Result]:
    """One person's name and address, written past every check, cannot become a mail."""
    campaign = stage.make_send(stage.size(10_000, 300))
    victim = campaign.deliveries.order_by("pk")[campaign.frozen_count // 2]
    Contact.objects.filter(pk=victim.contact_id).update(
        given_name="\r\nBcc: everybody@example.org\u2028\x85\x0b[[x]]{{ x }}"
    )
    campaign.deliveries.filter(pk=victim.pk).update(
        address="a@example.org>\r\nRCPT TO:<b@example.org"
    )
    with running_mail_server() as server:
        stage.come_to_rest(campaign, server, seconds=900)
        account = settle_account(campaign, server)
        to_others = {t.address for t in server.taken} - {
            row.address for row in campaign.deliveries.only("address")
        }
        yield judge(
            "T13",
            "one poisoned contact",
            account,
            expected=[
                ("all others reached", account.accepted == account.people - 1),
                ("nobody else written to", not to_others),
            ],
        )


def _addresses(campaign: Campaign, state: DeliveryState) -> set[str]:
    rows = campaign.deliveries.filter(state=state)
    return set(rows.values_list("address", flat=True))
