"""A hit as the reader sees it: a few words round it, what was looked for marked."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from home.search.asking import Question
from home.search.words import Word, split_words

WORDS_IN_EXCERPT = 34
WORDS_BEFORE = 8


def mark_words(text: str, question: Question) -> SafeString:
    """Return ``text`` for HTML with the words that were looked for in ``mark``."""
    hits = [w for w in split_words(text, question.language) if question.fits(w.stem)]
    parts, end = [], 0
    for hit in hits:
        parts.append(format_html("{}", text[end : hit.start]))
        parts.append(format_html("<mark>{}</mark>", text[hit.start : hit.end]))
        end = hit.end
    parts.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def quote_hit(text: str, question: Question) -> SafeString:
    """Return the place in ``text`` where most of what was looked for stands together.

    "" when none of it stands there: the hit is then in the headline alone.
    """
    words = list(split_words(text, question.language))
    hits = [n for n, word in enumerate(words) if question.fits(word.stem)]
    if not hits:
        return SafeString("")
    first = _find_densest(words, hits, question)
    start = max(0, first - WORDS_BEFORE)
    last = min(len(words), start + WORDS_IN_EXCERPT) - 1
    quoted = " ".join(text[words[start].start : words[last].end].split())
    return format_html(
        "{}{}{}",
        "… " if start else "",
        mark_words(quoted, question),
        " …" if last < len(words) - 1 else "",
    )


def _find_densest(words: list[Word], hits: list[int], question: Question) -> int:
    """Return the hit from which on the most different terms are met."""

    def count_terms(first: int) -> int:
        window = [words[n].stem for n in hits if first <= n < first + WORDS_IN_EXCERPT]
        return sum(any(t.fits(stem) for stem in window) for t in question.terms)

    return max(hits, key=lambda first: (count_terms(first), -first))
