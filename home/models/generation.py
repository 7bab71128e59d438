"""Which generation of the public pages holds: whoever changes one begins the next."""

from django.db import models


class PageGeneration(models.Model):
    """The one row whose number is part of every cached page's key."""

    ROW = 1

    number = models.BigIntegerField(default=0, db_default=0)

    def __str__(self):
        return str(self.number)
