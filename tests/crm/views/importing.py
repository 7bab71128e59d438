"""Going through the steps of an import as somebody at the screen does."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.models import ImportBatch

GOOD = "E-post;Förnamn\nada@b.example;Ada\n"


def choose(browser, content=GOOD, name="people.csv"):
    """Choose a file; return the answer."""
    data = content if isinstance(content, bytes) else content.encode()
    return browser.post(reverse("crm_import"), {"file": SimpleUploadedFile(name, data)})


def url(name, batch):
    return reverse(f"crm_import_{name}", args=[batch.pk])


def say_ground(browser, batch, purpose, **choices):
    """Say the ground; return the answer, the way to the preview."""
    data = {"purpose": purpose.pk, "ground": "A list", **choices}
    return browser.post(url("ground", batch), data)


def look_at(browser, purpose, content=GOOD, name="people.csv", **choices):
    """Go as far as the preview with the columns as guessed; return its answer."""
    choose(browser, content, name)
    batch = latest()
    say_ground(browser, batch, purpose, **choices)
    return browser.get(url("preview", batch))


def confirm(browser, batch, **extra):
    """Press the last button; return the answer."""
    batch.refresh_from_db()
    return browser.post(url("confirm", batch), {"digest": batch.digest, **extra})


def latest():
    return ImportBatch.objects.latest("pk")
