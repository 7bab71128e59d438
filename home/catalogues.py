"""Translation catalogues, read and written with Babel instead of a system gettext.

``update_catalogues`` takes every text for people out of our Python and templates and
keeps ``locale/*/LC_MESSAGES/django.po`` in step: new texts are added empty, dropped
ones leave, translations stay. The English catalogue says what the source says. The
files hold no dates, hosts or line numbers, so that they change only when texts do.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

SOURCE_LANGUAGE = "en"
PYTHON_SOURCES = ("config", "crm", "home", "newsletter")
TEMPLATE_SUFFIXES = {".html", ".mjml", ".txt"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def extract_messages() -> Catalog:
    """Return every text in the sources, by file and then by text, untranslated."""
    found: dict[tuple, set[str]] = {}
    for path in list_sources():
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for text, context in _read_texts(path):
            found.setdefault((text, context), set()).add(name)
    catalog = Catalog()
    for (text, context), names in sorted(found.items(), key=_position):
        catalog.add(
            text, context=context, locations=[(name, 1) for name in sorted(names)]
        )
    return catalog


def list_sources() -> Iterator[Path]:
    """Yield the project's Python modules and templates; migrations hold only copies."""
    base: Path = settings.BASE_DIR
    for app in PYTHON_SOURCES:
        for path in sorted((base / app).rglob("*")):
            if (
                path.suffix == ".py"
                and "migrations" not in path.parts
                or "templates" in path.parts
                and path.suffix in TEMPLATE_SUFFIXES
            ):
                yield path
    for path in sorted((base / "templates").rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES:
            yield path


def read_catalogue(language: str) -> Catalog:
    """Return what is on file for a language; an empty catalogue when there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(language: str, template: Catalog) -> bool:
    """Bring a language's file in step with the sources; return whether it changed."""
    known = read_catalogue(language)
    updated = Catalog(locale=language)
    for message in _texts_of(template):
        updated.add(
            message.id,
            _translation(message, known, language),
            context=message.context,
            locations=message.locations,
        )
    return _write(language, updated)


def compile_catalogue(language: str) -> bool:
    """Write the .mo that Django reads, unless it is newer; return whether it did."""
    source = catalogue_path(language)
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return False
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    # Replaced in one step: a process that starts meanwhile must not read half a file.
    part = target.with_suffix(".part")
    part.write_bytes(compiled.getvalue())
    part.replace(target)
    return True


def compile_catalogues() -> list[str]:
    """Write every .mo that is out of date; return the languages written."""
    return [
        language
        for language, _name in settings.LANGUAGES
        if catalogue_path(language).exists() and compile_catalogue(language)
    ]


def catalogue_path(language: str) -> Path:
    """Return where a language's .po lies."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def is_translated(message: Message) -> bool:
    """Say whether every form of a text has a translation that is not in doubt."""
    forms = (message.string,) if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms or ()) and not message.fuzzy


def _read_texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = _as_python(source, path)
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    for _line, text, _comments, context in found:
        yield text, context


def _as_python(template: str, path: Path) -> str:
    # templatize() leaves calls of gettext among a template's blanked-out text; what
    # indents a template would be a fault of syntax in Python.
    lines = templatize(template, origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines)


def _position(item: tuple[tuple, set[str]]) -> tuple:
    (text, context), names = item
    return min(names), text if isinstance(text, str) else text[0], context or ""


def _texts_of(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _translation(
    message: Message, known: Catalog, language: str
) -> str | tuple[str, ...] | list[str] | None:
    if language == SOURCE_LANGUAGE:
        return message.id
    before = known.get(
        message.id[0] if message.pluralizable else message.id, message.context
    )
    if before is None or before.pluralizable != message.pluralizable:
        return None
    return before.string


def _write(language: str, catalog: Catalog) -> bool:
    body = io.BytesIO()
    write_po(body, catalog, width=88, omit_header=True, include_lineno=False)
    text = HEADER.format(language=language) + body.getvalue().decode().rstrip() + "\n"
    path = catalogue_path(language)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
