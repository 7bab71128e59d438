"""One peer sends one letter to many people, each with a greeting and a link of their own.

    python peer.py PEER prepare PEOPLE | PEER send
    PEER: django | birdsong | newsletter | post_office

Runs in the peers' own environment, which knows nothing of Rundbrev. Reads DATABASE_URL
pieces, LETTER_DIR (mail.html and mail.txt as Django templates) and MAIL_PORT from the
environment. ``send`` prints one line of JSON: seconds, processor time and queries of
sending alone, without start-up, and the peak of memory.

Each peer is used as its documentation says, with the settings that suit it best: one
connection where it can keep one, batches of 1,000.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import django
from django.conf import settings

PEER, JOB = sys.argv[1], sys.argv[2]
SENDER = "office@example.org"
SUBJECT = "Träningsveckan 10–12 maj 2021"
LINK = "https://rundbrev.example.org/u/"
APPS = {
    "django": [],
    "birdsong": [
        "birdsong",
        "taggit",
        "modelcluster",
        "wagtail",
        "wagtail.images",
        "wagtail.documents",
        "wagtail.users",
        "wagtail.admin",
    ],
    "newsletter": ["newsletter"],
    "post_office": ["post_office"],
}


def configure() -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    is_queued = PEER == "post_office"
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        SITE_ID=1,
        ROOT_URLCONF="urls",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "people",
            *APPS[PEER],
            "django.contrib.sites",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [os.environ["LETTER_DIR"]],
                "APP_DIRS": True,
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": os.environ["PEER_DATABASE"],
                "USER": "postgres",
                "OPTIONS": {"host": os.environ["PEER_DATABASE_HOST"]},
            }
        },
        EMAIL_BACKEND="post_office.EmailBackend" if is_queued else smtp,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(os.environ.get("MAIL_PORT", "25")),
        POST_OFFICE={
            "BACKENDS": {"default": smtp},
            "BATCH_SIZE": 1000,
            "MESSAGE_ID_ENABLED": True,
        },
        BIRDSONG_BACKEND="birdsong.backends.smtp.SMTPEmailBackend",
        WAGTAIL_SITE_NAME="bench",
        WAGTAILADMIN_BASE_URL="http://localhost",
        STATIC_URL="/static/",
    )
    django.setup()


def prepare(people: int) -> None:
    """Make the tables and the readers."""
    from django.core.management import call_command  # noqa: PLC0415 -- after setup
    from people.models import Person  # noqa: PLC0415 -- as above

    call_command("migrate", run_syncdb=True, verbosity=0)
    rows = [Person(name=f"Åsa {n}", email=f"p{n}@example.org") for n in range(people)]
    Person.objects.bulk_create(rows, batch_size=1000)
    if PEER == "birdsong":
        _prepare_birdsong(rows)
    elif PEER == "newsletter":
        _prepare_newsletter(rows)


def _prepare_birdsong(rows: list) -> None:
    from birdsong.models import Campaign, Contact  # noqa: PLC0415 -- after setup

    Contact.objects.bulk_create([Contact(email=row.email) for row in rows])
    Campaign.objects.create(name="bench", subject=SUBJECT)


def _prepare_newsletter(rows: list) -> None:
    from newsletter.models import (  # noqa: PLC0415 -- after setup
        Message,
        Newsletter,
        Submission,
        Subscription,
    )

    letter = Newsletter.objects.create(
        title="b", slug="b", email=SENDER, sender="Office"
    )
    Subscription.objects.bulk_create(
        Subscription(
            newsletter=letter,
            name_field=row.name,
            email_field=row.email,
            subscribed=True,
        )
        for row in rows
    )
    message = Message.objects.create(title=SUBJECT, slug="b", newsletter=letter)
    Submission.from_message(message)


def send_django() -> None:
    """Plain Django: templates, EmailMultiAlternatives, one connection for all."""
    from django.core.mail import (  # noqa: PLC0415 -- after setup
        EmailMultiAlternatives,
        get_connection,
    )
    from django.template.loader import get_template  # noqa: PLC0415 -- as above
    from people.models import Person  # noqa: PLC0415 -- as above

    text, html = get_template("mail.txt"), get_template("mail.html")

    def write(person):
        values = {"name": person.name, "unsubscribe_url": f"{LINK}{person.pk}"}
        mail = EmailMultiAlternatives(
            SUBJECT, text.render(values), SENDER, [person.email]
        )
        mail.attach_alternative(html.render(values), "text/html")
        return mail

    with get_connection() as connection:
        for person in Person.objects.iterator():
            connection.send_messages([write(person)])


def send_birdsong() -> None:
    """wagtail-birdsong as its "Send" button does: its backend, in its thread."""
    import threading  # noqa: PLC0415 -- for this peer alone

    from birdsong.backends.smtp import SMTPEmailBackend  # noqa: PLC0415 -- after setup
    from birdsong.models import Campaign, Contact  # noqa: PLC0415 -- as above

    class Request:
        """As much of a request as a template's context asks for."""

        site = None

    campaign = Campaign.objects.get()
    campaign.get_context = lambda request, contact: {
        "name": contact.email,
        "unsubscribe_url": f"{LINK}{contact.pk}",
    }
    campaign.get_template = lambda request: "mail.html"
    campaign.get_text_template = lambda request: "mail.txt"
    SMTPEmailBackend().send_campaign(Request(), campaign, Contact.objects.all())
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()


def send_newsletter() -> None:
    """django-newsletter: its submission of a message."""
    from newsletter.models import Submission  # noqa: PLC0415 -- after setup

    Submission.objects.get().submit()


def send_post_office() -> None:
    """django-post-office: queue everything, then deliver the queue."""
    from people.models import Person  # noqa: PLC0415 -- after setup
    from post_office import mail  # noqa: PLC0415 -- as above
    from post_office.models import EmailTemplate  # noqa: PLC0415 -- as above

    folder = os.environ["LETTER_DIR"]
    with open(f"{folder}/mail.txt") as text, open(f"{folder}/mail.html") as html:
        template, _created = EmailTemplate.objects.get_or_create(
            name="bench",
            defaults={
                "subject": SUBJECT,
                "content": text.read(),
                "html_content": html.read(),
            },
        )
    mail.send_many(
        [
            {
                "recipients": [person.email],
                "sender": SENDER,
                "template": template,
                "context": {
                    "name": person.name,
                    "unsubscribe_url": f"{LINK}{person.pk}",
                },
                "render_on_delivery": True,
            }
            for person in Person.objects.iterator()
        ]
    )
    mail.send_queued_mail_until_done(processes=1)


def measure(send: Callable[[], None]) -> dict[str, float]:
    from django.db.backends.utils import (  # noqa: PLC0415 -- after setup
        CursorWrapper,
    )

    queries = 0
    execute = CursorWrapper.execute

    def count(self, *call):
        nonlocal queries
        queries += 1
        return execute(self, *call)

    # Of every thread's connection: some peers send in one of their own.
    CursorWrapper.execute = count
    began, cpu = time.perf_counter(), time.process_time()
    send()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "queries": queries,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


SENDERS = {
    "django": send_django,
    "birdsong": send_birdsong,
    "newsletter": send_newsletter,
    "post_office": send_post_office,
}

if __name__ == "__main__":
    configure()
    if JOB == "prepare":
        prepare(int(sys.argv[3]))
    else:
        sys.stdout.write(f"{json.dumps(measure(SENDERS[PEER]))}\n")
