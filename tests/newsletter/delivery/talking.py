"""Handing letters to a server that answers as it is told."""

from newsletter.delivery.transports.interface import Letter
from newsletter.delivery.transports.smtp import Mailer
from newsletter.delivery.transports.waiting import hand_over

CONTENT = b"Subject: Hej\r\n\r\n.en rad med punkt\r\nslut\r\n"
PEOPLE = ["a@example.org", "b@example.org", "c@example.org"]
ALL = "all"


def write_letters(*recipients):
    return [
        Letter(number, "office@example.org", address, CONTENT)
        for number, address in enumerate(recipients)
    ]


def deliver(server, *recipients, announce=lambda delivery_id: True, **options):
    """Deliver over one connection; return it and what became of each, by address."""
    conversation = Mailer("127.0.0.1", server.port, **options).connect()
    letters = write_letters(*(recipients or PEOPLE[:1]))
    outcomes = {
        letter.rcpt_to: outcome
        for letter, outcome in hand_over(conversation, letters, announce)
    }
    return conversation, outcomes


def answer_at(phase, line, *, to=PEOPLE[0]):
    """Answer so at a phase, to the letter for one address or to all of them."""

    def answer(at, argument):
        return line if at == phase and to in (ALL, argument) else None

    return answer


def verdicts(outcomes):
    return [outcome.verdict for outcome in outcomes.values()]
