import smtplib

import pytest

from home.catcher.server import MAX_BYTES
from home.catcher.store import list_keys, read_mail


def test_server_mail_over_the_limit_is_refused_and_not_kept(smtp):
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        smtp.sendmail("a@x.example", ["b@x.example"], b"x" * (MAX_BYTES + 1))

    assert refusal.value.smtp_code == 552
    assert list_keys() == []


def test_server_mail_of_5_mb_is_kept_whole(smtp):
    content = b"Subject: Stor\r\n\r\n" + b"x" * 70 + b"\r\n"
    content += (b"y" * 70 + b"\r\n") * 70_000

    smtp.sendmail("a@x.example", ["b@x.example"], content)

    (key,) = list_keys()
    assert read_mail(key).content == content


def test_server_lines_with_dots_arrive_as_sent(smtp):
    content = b"Subject: Punkt\r\n\r\n.\r\n..\r\n.hej\r\n"

    smtp.sendmail("a@x.example", ["b@x.example"], content)

    (key,) = list_keys()
    assert read_mail(key).content == content


def test_server_many_recipients_are_one_mail_with_all(smtp):
    smtp.sendmail("", ["b@x.example", "c@x.example"], b"Subject: Hej\r\n\r\nHej\r\n")

    (key,) = list_keys()
    mail = read_mail(key)
    assert (mail.mail_from, mail.recipients) == ("", "b@x.example, c@x.example")


def test_server_address_beyond_ascii_is_kept(smtp):
    smtp.sendmail(
        "a@x.example",
        ["åsa@x.example"],
        "Subject: Åsa\r\n\r\nHej\r\n".encode(),
        mail_options=["SMTPUTF8"],
    )

    (key,) = list_keys()
    assert read_mail(key).recipients == "åsa@x.example"


def test_server_several_mails_on_one_connection_are_all_kept(smtp, letter):
    for _ in range(3):
        smtp.send_message(letter)

    assert len(list_keys()) == 3
