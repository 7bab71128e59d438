"""An appearance in the media as one sentence, Swedish or English."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.models import MediaItem


@dataclass(frozen=True)
class Sentence:
    """The sentence cut round its title, which is linked and may be in another language."""

    before: str
    title: str
    after: str

    @property
    def whole(self) -> str:
        return self.before + self.title + self.after


def say_media(item: MediaItem) -> Sentence:
    """Return ”Titel”, debattartikel av A, B i Expressen 9 maj 2019, as far as known.

    The office's own wording goes before that; it is cut round the title if that is in it.
    """
    if item.wording:
        before, title, after = item.wording.partition(item.title)
        return Sentence(before, title, after)
    title = _("“%(words)s”") % {"words": item.title}
    return Sentence("", title, f", {_say_origin(item)}")


def _say_origin(item: MediaItem) -> str:
    known = {
        "kind": str(item.get_kind_display()).lower(),
        "authors": item.authors,
        "outlet": str(item.outlet or ""),
        "date": item.appeared,
    }
    if item.authors and item.outlet:
        words = _("%(kind)s by %(authors)s in %(outlet)s") % known
    elif item.authors:
        words = _("%(kind)s by %(authors)s") % known
    elif item.outlet:
        words = _("%(kind)s in %(outlet)s") % known
    else:
        words = known["kind"]
    if not item.appeared:
        return words
    return _("%(words)s, %(date)s") % {"words": words, "date": item.appeared}
