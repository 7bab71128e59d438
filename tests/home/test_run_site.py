import asyncio
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Site

from home.management.commands import run_site
from home.running import Program

HOST = "127.0.0.1"


def find_free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def ports(settings):
    settings.SITE_PORT, settings.MAIL_CATCHER_PORT = find_free_port(), find_free_port()


def test_run_site_without_catcher_refuses(settings):
    settings.MAIL_CATCHER_DIR = None

    with pytest.raises(CommandError) as refusal:
        call_command("run_site")

    assert str(refusal.value) == "run_site needs the settings config.settings.dev."


def test_run_site_on_a_taken_port_names_it_before_anything_is_done(settings, ports):
    with socket.create_server((HOST, 0)) as other:
        taken = settings.MAIL_CATCHER_PORT = other.getsockname()[1]

        with pytest.raises(CommandError) as refusal:
            call_command("run_site")

    assert str(refusal.value) == (
        f"Port {taken} on 127.0.0.1 is taken. Stop what runs there, or choose "
        f"another: make run MAIL_PORT={taken + 1}"
    )


def test_run_site_stops_all_and_names_the_program_that_ended(
    ports, monkeypatch, capsys
):
    broken = Program("broken", ("-c", "raise SystemExit('no disk')"))
    monkeypatch.setattr(run_site, "_programs", lambda: [broken])

    with pytest.raises(CommandError) as refusal:
        asyncio.run(run_site.Command()._run())

    assert str(refusal.value) == "The broken ended by itself; all is stopped now."
    assert "broken          | no disk" in capsys.readouterr().out


def test_run_site_at_another_address_moves_the_links(db, settings, ports, capsys):
    settings.SITE_URL = "http://localhost:8123"
    settings.DEBUG = True

    run_site.Command()._prepare()

    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == ("localhost", 8123)


def test_run_site_answers_and_stops_cleanly_on_sigterm(live_database):
    port = find_free_port()
    environment = live_database.environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PORT": str(port),
        "MAIL_PORT": str(find_free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_site"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = []
        while "Ctrl-C stops everything.\n" not in lines:
            line = process.stdout.readline()
            assert line, "".join(lines)
            lines.append(line)
        with urllib.request.urlopen(f"http://{HOST}:{port}/catcher/") as page:
            status = page.status
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _nothing = process.communicate(timeout=60)

    assert status == 200
    assert process.returncode == 0
    assert rest.splitlines()[-1] == (
        "Stopped. Everything you wrote is kept for the next time."
    )
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://{HOST}:{port}/")
