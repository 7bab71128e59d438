"""Who opened a link: a person, or a machine."""

import pytest
from django.http.request import HttpHeaders

from newsletter.statistics.machines import is_machine

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
OUTLOOK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)


def headers(**values: str) -> HttpHeaders:
    return HttpHeaders(
        {f"HTTP_{name.upper()}": value for name, value in values.items()}
    )


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com "
        "GoogleImageProxy)",
        "Mozilla/5.0 (compatible; BarracudaCentral/1.0)",
        "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0",
        "Slackbot-LinkExpanding 1.0",
        "Java/17.0.2",
    ],
)
def test_machine_that_names_itself_is_one(agent):
    assert is_machine("GET", headers(user_agent=agent))


@pytest.mark.parametrize("agent", [FIREFOX, IPHONE, OUTLOOK])
def test_browser_is_a_person(agent):
    assert not is_machine("GET", headers(user_agent=agent))


def test_asking_for_the_head_only_is_a_machines_way():
    assert is_machine("HEAD", headers(user_agent=FIREFOX))


@pytest.mark.parametrize(
    "extra",
    [
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x_moz": "prefetch"},
    ],
)
def test_page_fetched_before_anybody_asked_is_not_read(extra):
    assert is_machine("GET", headers(user_agent=FIREFOX, **extra))
