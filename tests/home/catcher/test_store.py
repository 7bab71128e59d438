from datetime import UTC, datetime, timedelta

import pytest

from home.catcher.store import (
    UnknownMailError,
    empty_catcher,
    list_keys,
    read_head,
    read_mail,
    store_mail,
)

MAIL = b"Subject: Hej\r\n\r\nHej!\r\n"


def store(content=MAIL):
    return store_mail(
        content,
        mail_from="bounces@network.example",
        recipients=["a@malmo.example", "b@lund.example"],
    )


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../../secret", "..%2f..%2fsecret", "new/x", "/etc/passwd"]
)
def test_read_mail_key_of_no_mail_raises(catcher_dir, key):
    store()
    (catcher_dir.parent.parent / "secret").write_text("not a mail")

    with pytest.raises(UnknownMailError):
        read_mail(key)


def test_read_mail_before_anything_came_raises():
    with pytest.raises(UnknownMailError):
        read_mail("1.M2P3Q4.host")


def test_read_mail_deleted_since_it_was_listed_raises(catcher_dir):
    key = store()
    (catcher_dir / "new" / key).unlink()

    with pytest.raises(UnknownMailError):
        read_mail(key)


def test_list_keys_before_anything_came_is_empty_and_makes_nothing(catcher_dir):
    assert list_keys() == []
    assert not catcher_dir.exists()


def test_store_mail_keeps_bytes_and_envelope():
    content = b"Subject: \xc3\x85\r\n\r\nfirst\r\n\r\n\x00\xff last without end"

    mail = read_mail(store(content))

    assert mail.content == content
    assert mail.size == len(content)
    assert mail.mail_from == "bounces@network.example"
    assert mail.recipients == "a@malmo.example, b@lund.example"
    assert abs(mail.received_at - datetime.now(UTC)) < timedelta(seconds=10)


def test_store_mail_file_begins_with_envelope(catcher_dir):
    key = store()

    assert (catcher_dir / "new" / key).read_bytes() == (
        b"X-Envelope-From: bounces@network.example\r\n"
        b"X-Envelope-To: a@malmo.example, b@lund.example\r\n" + MAIL
    )


def test_read_mail_put_there_by_another_program_has_no_envelope(catcher_dir):
    store()
    (catcher_dir / "new" / "letter").write_bytes(MAIL)

    mail = read_mail("letter")

    assert (mail.content, mail.mail_from, mail.recipients) == (MAIL, "", "")


def test_list_keys_many_newest_first():
    keys = [store() for _ in range(12)]

    assert list_keys() == keys[::-1]


def test_read_head_of_large_mail_is_cut_but_knows_the_size():
    content = MAIL + b"x" * 5_000_000

    head = read_head(store(content))

    assert head.size == len(content)
    assert head.content == content[: len(head.content)]
    assert len(head.content) < 70_000


def test_empty_catcher_deletes_all_and_counts():
    store()
    store()

    assert empty_catcher() == 2
    assert list_keys() == []
    assert empty_catcher() == 0
