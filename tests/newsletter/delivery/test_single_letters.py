"""Single letters also reach addresses that are not ASCII (RFC 6531)."""

from email import message_from_bytes
from email.policy import SMTPUTF8
from smtplib import SMTPNotSupportedError

import pytest
from django.core.mail import EmailMessage

from newsletter.delivery.transports.single import SingleMailer
from tests.smtp_server import running_smtp_server


def send(port: int, address: str) -> int:
    letter = EmailMessage("Bekräfta", "Hej", "k@natverket.example", [address])
    return SingleMailer(alias="default", host="127.0.0.1", port=port).send_messages(
        [letter]
    )


def test_server_without_smtputf8_is_given_nothing_and_nobody_is_named():
    with running_smtp_server() as server, pytest.raises(SMTPNotSupportedError) as said:
        send(server.port, "åsa@solna.example")

    assert server.messages == []
    assert "åsa" not in str(said.value)


@pytest.mark.parametrize(
    "address", ["åsa.öberg@xn--rebro-iua.se", "anna@solna.example"]
)
def test_letter_arrives_at_the_address_it_is_to(address):
    with running_smtp_server(extensions=("8BITMIME", "SMTPUTF8")) as server:
        assert send(server.port, address) == 1

    (received,) = server.messages
    letter = message_from_bytes(received.content, policy=SMTPUTF8)
    assert (received.rcpt_to, letter["To"]) == (address, address)
    assert letter["Subject"] == "Bekräfta"
