"""``run_site``: the whole of Rundbrev on one machine, behind ``make run``."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Site

from home.demo.users import PASSWORD, USERS
from home.running import (
    Crew,
    Program,
    is_answering,
    is_port_free,
    listen_for_stop,
)

HOST = "127.0.0.1"
START_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Run the site with its demo content on this machine: web server, delivery "
        "worker, scheduler and mail catcher. Ctrl-C stops them all. "
        "PORT and MAIL_PORT choose where they listen."
    )

    def handle(self, *args, **options):
        if settings.MAIL_CATCHER_DIR is None:
            raise CommandError("run_site needs the settings config.settings.dev.")
        asyncio.run(self._refuse_taken_ports())
        try:
            self._prepare()
            asyncio.run(self._run())
        except KeyboardInterrupt as error:
            raise CommandError("Stopped before everything was ready.") from error

    async def _refuse_taken_ports(self):
        for name, port in _ports().items():
            if not await is_port_free(HOST, port):
                raise CommandError(
                    f"Port {port} on {HOST} is taken. Stop what runs there, or choose "
                    f"another: make run {name}={port + 1}"
                )

    def _prepare(self):
        self._say("Preparing the database (half a minute the first time) ...")
        call_command("migrate", verbosity=0)
        self._say("Loading the demo content ...")
        call_command("load_demo", stdout=self.stdout)
        _move_site()

    async def _run(self):
        stop = listen_for_stop()
        crew = Crew(self._say)
        try:
            for program in _programs():
                self._say(f"Starting the {program.name} ...")
                await crew.start(program)
            if await self._is_ready(crew, stop):
                self._say(_greeting())
            ended = await crew.wait_for_end(stop)
        finally:
            self._say("Stopping ...")
            await crew.stop()
        if ended:
            raise CommandError(f"The {ended} ended by itself; all is stopped now.")
        self._say("Stopped. Everything you wrote is kept for the next time.")

    async def _is_ready(self, crew: Crew, stop: asyncio.Event) -> bool:
        """Wait until all ports answer; False if something ended or is to stop first."""
        async with asyncio.timeout(START_SECONDS):
            while not await _are_answering(_ports().values()):
                if stop.is_set() or crew.has_ended():
                    return False
                await asyncio.sleep(0.1)
        return True

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


def _move_site() -> None:
    """Have the links in mail lead to where the site runs this time."""
    address = urlsplit(settings.SITE_URL)
    site = Site.objects.get(is_default_site=True)
    if (site.hostname, site.port) != (address.hostname, address.port):
        site.hostname, site.port = address.hostname, address.port or 80
        site.save()


def _ports() -> dict[str, int]:
    return {"PORT": settings.SITE_PORT, "MAIL_PORT": settings.MAIL_CATCHER_PORT}


def _programs() -> Iterable[Program]:
    """Return what runs, the mail catcher first and the web server last."""
    yield Program("mail catcher", ("manage.py", "catch_mail"))
    yield Program(
        "delivery worker", ("manage.py", "db_worker", *_worker_options("deliveries"))
    )
    yield Program(
        "register worker", ("manage.py", "db_worker", *_worker_options("register"))
    )
    yield Program("scheduler", ("manage.py", "run_scheduler"))
    if settings.NEWSLETTER_BOUNCE_MAILDIR:
        yield Program("bounce reader", ("manage.py", "read_bounces"))
    if settings.NEWSLETTER_BOUNCE_LISTEN:
        yield Program("bounce listener", ("manage.py", "listen_for_bounces"))
    # granian as in production, not runserver: with DEBUG, whitenoise serves the static
    # files straight from the apps, so nothing has to be collected first.
    yield Program("web server", ("-m", "granian", *_server_options()))


def _worker_options(queue: str) -> tuple[str, ...]:
    # Its own reloader would stop it in the middle of a delivery.
    return (
        f"--backend={queue}",
        f"--queue-name={queue}",
        "--no-reload",
        "--no-startup-delay",
    )


def _server_options() -> tuple[str, ...]:
    return (
        "--interface=wsgi",
        "--no-ws",
        "--blocking-threads=4",
        "--log-level=warning",
        f"--host={HOST}",
        f"--port={settings.SITE_PORT}",
        "config.wsgi:application",
    )


async def _are_answering(ports: Iterable[int]) -> bool:
    return all([await is_answering(HOST, port) for port in ports])


def _greeting() -> str:
    return f"""
Rundbrev is running.

  Public site   {settings.SITE_URL}/
  Admin         {settings.SITE_URL}/admin/
  Caught mail   {settings.SITE_URL}/catcher/
  Mail server   {HOST}:{settings.MAIL_CATCHER_PORT} (SMTP; nothing leaves this machine)

  Log in as     {", ".join(USERS)} or admin
  Password      {PASSWORD}

Ctrl-C stops everything.
"""
