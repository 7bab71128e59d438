"""What a pasted page could carry never gets through: only words, b, a, p and lists."""

import json
import re

import pytest

from newsletter.exceptions import PasteError
from newsletter.pasting.inline import clean_address
from newsletter.pasting.proposals import Setting
from newsletter.pasting.proposing import propose
from newsletter.pasting.reading import read_pasted

# After the OWASP filter evasion list, and what mail programmes and Word have had.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='https://example.org\" onclick=\"alert(1)'>x</a>",
    "<a href=https://example.org onclick=alert(1) style='x:expression(alert(1))'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='https://user:pw@[::1'>x</a>",
    "<p style=\"background:url('javascript:alert(1)')\">x</p>",
    "<p onmouseover=alert(1) id=x class=y>x</p>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<form action=//evil.example><input name=x><button>x</button></form>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>",
    "<ul><li><img src=x onerror=alert(1)>&lt;b onclick=1&gt;</li></ul>",
    "<table><tr><td>&lt;i&gt;</td><td><script>x</script>y</td></tr>"
    "<tr><td>a</td><td onclick=x>b</td></tr></table>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
]
TAG = re.compile(r"<[^>]*>")
ALLOWED = re.compile(
    r"</?(?:p|b|ul|ol|li|h3)>|</a>"
    r"|<a href=\"(?:https?://|mailto:)[^\"<>\s]*\">"
)
RICH = {"text", "lead", "bullet_list", "ordered_list", "steps", "facts", "audience"}


def texts_of(value):
    if isinstance(value, dict):
        return [text for v in value.values() for text in texts_of(v)]
    if isinstance(value, list):
        return [text for v in value for text in texts_of(v)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("way", ["html", "text"])
def test_payload_leaves_nothing_but_known_tags(payload, way):
    around = (
        f"Före.\n\n{payload}\n\nEfter."
        if way == "text"
        else (f"<p>Före.</p>{payload}<p>Efter.</p>")
    )
    try:
        source = read_pasted(
            around if way == "text" else "", around if way == "html" else ""
        )
    except PasteError:
        return
    for made in propose(source, Setting()).proposals:
        rich = [t for t in [made.plain, *texts_of(made.value)] if t.startswith("<")]
        # Where a field is plain text its "<" is escaped when it is shown.
        tags = [tag for text in rich if made.kind in RICH for tag in TAG.findall(text)]
        assert [tag for tag in tags if not ALLOWED.fullmatch(tag)] == []
        hrefs = re.findall(
            r'href="([^"]*)"', json.dumps(made.value).replace('\\"', '"')
        )
        assert [href for href in hrefs if not clean_address(href)] == []
        for name in ("url", "website"):
            assert clean_address(made.value.get(name) or "https://x") != ""


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/å?x=1", "https://example.org/å?x=1"),
        ("  http://example.org ", "http://example.org"),
        ("www.example.org", "https://www.example.org"),
        ("mailto:a@example.org?subject=x&bcc=evil@example.org", "mailto:a@example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("#", ""),
        ("#mål", ""),
        ("/sidor/om", ""),
        ("java\nscript:alert(1)", ""),
        ("javascript:alert(1)", ""),
        ("https:///x", ""),
        ("https://example.org/<b>", ""),
        ("https://" + "x" * 2000, ""),
        (None, ""),
    ],
)
def test_clean_address_keeps_web_and_mail_only(href, kept):
    assert clean_address(href) == kept
