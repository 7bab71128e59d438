"""axe-core on the mail of the demo's report, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from newsletter.mail.preview import render_preview
from tests.newsletter.mail.demo_report import make_report

pytestmark = [
    pytest.mark.audit,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Landmarks are the mail programme's: a letter is an article within its page.
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
def test_axe_finds_nothing_in_the_mail(chromium, width, scheme):
    html = render_preview(make_report(), "html")
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    # Readable with pictures off: none is fetched.
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)

    found = Axe().run(page, options=OPTIONS)

    context.close()
    assert [
        (fault["id"], [node["html"][:120] for node in fault["nodes"]])
        for fault in found.response["violations"]
    ] == []
