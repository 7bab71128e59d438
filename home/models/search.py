"""What the archive's search reads: an item's words, stemmed, beside its plain text."""

from django.conf import settings
from django.db import models

from home.models.fulltext import WordIndex

WORD_INDEX = "home_words"


class SearchEntry(models.Model):
    """The words of one public page of an item. Kept by ``home.search.indexing``."""

    # Its key too, so that the index of words names items, and their texts stay unread.
    item = models.OneToOneField(
        "newsletter.NewsPage",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
    )
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    # Stems, in the order of the words: of the headline, and of all the rest.
    head = models.TextField()
    body = models.TextField()
    # What a result is quoted from.
    text = models.TextField()

    class Meta:
        constraints = [WordIndex(name=WORD_INDEX)]

    def __str__(self):
        return str(self.item)
