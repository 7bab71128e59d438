"""What can go wrong with a newsletter. Messages are for the person at the screen."""


class NewsletterError(Exception):
    """Anything the newsletter refuses; ``str()`` is a sentence for people."""


class CompositionError(NewsletterError):
    """The content cannot become a mail; the sentence names the block at fault."""


class CampaignStateError(NewsletterError):
    """The campaign is not in a state in which this can be done."""


class NoLetterError(NewsletterError):
    """Somebody gets no letter; the sentence says why."""


class MergeFieldError(CompositionError):
    """A merge field that is not on the list, or one that is broken."""


class PasteError(NewsletterError):
    """A pasted text or document that cannot be read; the sentence says why."""
