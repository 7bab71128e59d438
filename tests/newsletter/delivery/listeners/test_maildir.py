"""newsletter/delivery/listeners/maildir.py and ``read_bounces``."""

from io import StringIO
from mailbox import Maildir

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError

from newsletter.delivery.listeners import maildir as listener
from newsletter.delivery.listeners.maildir import MaildirMissing, read_maildir
from newsletter.models import DeliveryEvent
from tests.newsletter.mail.returned import make_bounce

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def maildir(tmp_path):
    path = tmp_path / "returned"
    Maildir(path)
    return path


def put(path, content, *, name=None):
    key = Maildir(path).add(content)
    return path / "new" / key


def names(path, folder):
    return sorted(file.name for file in (path / folder).iterdir())


def test_read_maildir_that_is_not_there_says_so(tmp_path):
    with pytest.raises(MaildirMissing, match="has no folder"):
        read_maildir(tmp_path / "nowhere")


def test_read_maildir_database_away_leaves_the_mail_where_it_is(maildir, monkeypatch):
    file = put(maildir, make_bounce())

    def fail(*_args, **_kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(listener, "hear_mail", fail)
    with pytest.raises(DatabaseError):
        read_maildir(maildir)

    assert names(maildir, "new") == [file.name]


def test_read_maildir_hears_each_mail_and_puts_it_aside(maildir):
    first = put(maildir, make_bounce(message_id="<1@x>"))
    second = put(maildir, make_bounce(message_id="<2@x>"))

    reading = read_maildir(maildir)

    assert (reading.mails, reading.heard, reading.unreadable) == (2, 2, 0)
    assert names(maildir, "new") == []
    assert names(maildir, "cur") == sorted([f"{first.name}:2,S", f"{second.name}:2,S"])
    assert DeliveryEvent.objects.count() == 2


def test_read_maildir_killed_before_putting_aside_hears_nothing_twice(
    maildir, monkeypatch
):
    put(maildir, make_bounce())

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(listener, "_put_aside", die)
        with pytest.raises(KeyboardInterrupt):
            read_maildir(maildir)
    assert DeliveryEvent.objects.count() == 1

    reading = read_maildir(maildir)

    assert (reading.mails, reading.heard) == (1, 0)
    assert (names(maildir, "new"), DeliveryEvent.objects.count()) == ([], 1)


def test_read_maildir_stops_between_mails(maildir):
    put(maildir, make_bounce(message_id="<1@x>"))
    put(maildir, make_bounce(message_id="<2@x>"))
    answers = iter([False, True])

    reading = read_maildir(maildir, should_stop=lambda: next(answers))

    assert (reading.mails, len(names(maildir, "new"))) == (1, 1)


def test_read_maildir_unreadable_file_does_not_stop_the_others(maildir):
    (maildir / "new" / "0000.gone").symlink_to(maildir / "nothing")
    (maildir / "new" / "0001.loop").mkdir()
    put(maildir, make_bounce())

    assert read_maildir(maildir).mails == 1


def test_read_maildir_binary_rubbish_is_kept_as_not_understood(maildir):
    put(maildir, bytes(range(256)) * 40)

    assert read_maildir(maildir).heard == 1
    assert DeliveryEvent.objects.get().type == "other"


def test_read_bounces_without_a_maildir_says_what_to_set():
    with pytest.raises(CommandError, match="NEWSLETTER_BOUNCE_MAILDIR"):
        call_command("read_bounces", "--once")


def test_read_bounces_wrong_path_is_an_error_in_words(tmp_path):
    with pytest.raises(CommandError, match="There is no Maildir"):
        call_command("read_bounces", "--once", f"--maildir={tmp_path}")


def test_read_bounces_once_says_how_much_it_was(maildir):
    put(maildir, make_bounce())
    out = StringIO()

    call_command("read_bounces", "--once", f"--maildir={maildir}", stdout=out)

    assert out.getvalue() == "1 mails read, 1 new statements, 0 unreadable.\n"
