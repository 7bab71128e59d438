"""Every template can be read, also those that no test happens to render."""

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
NAMES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*")
    if path.suffix in {".html", ".mjml", ".txt"}
)


@pytest.mark.parametrize("name", NAMES)
def test_template_is_read_without_a_fault(name):
    assert get_template(name).origin.name == str(ROOT / name)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("web/")])
def test_public_template_has_no_inline_style_or_script(name):
    """The content security policy of the public site would block them."""
    source = (ROOT / name).read_text(encoding="utf-8")

    assert "<style" not in source
    assert 'style="' not in source
    assert "<script>" not in source
    assert "onclick=" not in source
