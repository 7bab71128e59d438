"""What a check of a sender can find: how much it matters, and what to do about it.

Findings are stored by code and values, and put into words for whoever reads them.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.choices import Severity
from newsletter.preflight.findings import Finding

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# Code → (severity, what is found, what to do).
WORDS: dict[str, tuple[Severity, Promise, Promise]] = {
    "unchecked": (
        WARNING,
        _("The sender %(address)s has not been checked"),
        _("Open the newsletter and press “Check the sender”: it takes some seconds."),
    ),
    "stale": (
        NOTE,
        _("The sender was last checked %(days)s days ago"),
        _("Records in the DNS change. Check it again."),
    ),
    "local": (
        NOTE,
        _("Letters are caught on this machine"),
        _("Nothing leaves it, so nobody looks at the sender either."),
    ),
    "unanswered": (
        WARNING,
        _("%(what)s could not be looked up"),
        _("The name servers did not answer in time. Check again in a while."),
    ),
    "spf_absent": (
        ERROR,
        _("%(domain)s has no SPF record"),
        _(
            "Large receivers refuse such letters. Ask whoever runs the domain to add a "
            "TXT record that names your mail server, such as “v=spf1 mx -all”."
        ),
    ),
    "spf_many": (
        ERROR,
        _("%(domain)s has more than one SPF record"),
        _("Receivers then use none of them. Join them into one."),
    ),
    "spf_syntax": (
        ERROR,
        _("The SPF record of %(domain)s cannot be read"),
        _("Look at “%(detail)s” in it."),
    ),
    "spf_lookups": (
        ERROR,
        _("The SPF record of %(domain)s asks too much"),
        _(
            "It needs %(lookups)s look-ups and receivers stop after %(most)s. Take out "
            "services that no longer send for you."
        ),
    ),
    "spf_everybody": (
        ERROR,
        _("The SPF record of %(domain)s lets anybody send"),
        _("It ends in “+all”. Let it end in “-all” or “~all”."),
    ),
    "spf_open": (
        NOTE,
        _("The SPF record of %(domain)s leaves open who may send"),
        _("Let it end in “~all” or “-all” once every sender of yours is in it."),
    ),
    "spf_excludes": (
        ERROR,
        _("The SPF record of %(domain)s leaves out %(ip)s"),
        _("Letters leave from that address. Have it added."),
    ),
    "spf_excludes_host": (
        WARNING,
        _("The SPF record of %(domain)s leaves out %(host)s"),
        _(
            "The site hands letters to that server. If others pass them on to the "
            "world, name their addresses in NEWSLETTER_OUTGOING_ADDRESSES."
        ),
    ),
    "spf_unseen": (
        NOTE,
        _("From which address letters leave cannot be seen from here"),
        _(
            "So whether SPF names it is not known. Set NEWSLETTER_OUTGOING_ADDRESSES to "
            "the public addresses of your mail server."
        ),
    ),
    "no_mail_server": (
        ERROR,
        _("Nothing takes mail for %(domain)s"),
        _(
            "Answers and returned letters to it are lost, and receivers refuse letters "
            "from such a domain. It needs an MX record."
        ),
    ),
    "dkim_elsewhere": (
        NOTE,
        _("Letters are not signed (DKIM) by this site"),
        _(
            "See to it that your mail server signs them for %(domain)s, or set "
            "NEWSLETTER_DKIM_KEYS: large receivers ask for it."
        ),
    ),
    "dkim_absent": (
        ERROR,
        _("The DKIM key %(selector)s is not in the DNS of %(domain)s"),
        _("Letters would carry a signature that nobody can check. Publish its record."),
    ),
    "dkim_many": (
        ERROR,
        _("The DKIM key %(selector)s of %(domain)s stands in the DNS more than once"),
        _("Receivers may pick either. Leave one."),
    ),
    "dkim_revoked": (
        ERROR,
        _("The DKIM key %(selector)s of %(domain)s has been withdrawn"),
        _("Its record is empty. Publish the key, or sign with another."),
    ),
    "dkim_broken": (
        ERROR,
        _("The DKIM record %(selector)s of %(domain)s cannot be read"),
        _("Publish it again; long keys are easily cut when pasted."),
    ),
    "dkim_short": (
        ERROR,
        _("The DKIM key %(selector)s of %(domain)s is too short"),
        _("It is another key than the one that signs, under 2048 bits. Replace it."),
    ),
    "dkim_other": (
        ERROR,
        _("The DKIM record %(selector)s of %(domain)s is that of another key"),
        _("Every signature would be false. Publish the key that this site signs with."),
    ),
    "dkim_testing": (
        WARNING,
        _("The DKIM key %(selector)s of %(domain)s is marked as a test"),
        _("Receivers may pass over the signature. Take “t=y” out of its record."),
    ),
    "dkim_unusable": (
        ERROR,
        _("The DKIM keys of this site cannot be used"),
        _("Whoever runs it finds the reason with “manage.py check”."),
    ),
    "dmarc_absent": (
        WARNING,
        _("%(domain)s has no DMARC record"),
        _(
            "Large receivers ask for one from whoever sends to many. Begin with "
            "“v=DMARC1; p=none; rua=mailto:…” at _dmarc.%(domain)s."
        ),
    ),
    "dmarc_broken": (
        ERROR,
        _("The DMARC record of %(domain)s cannot be used"),
        _("There must be exactly one, with p=none, p=quarantine or p=reject."),
    ),
    "dmarc_watches": (
        NOTE,
        _("The DMARC record of %(domain)s only watches"),
        _("Once its reports show no foreign senders, ask for p=quarantine."),
    ),
    "unaligned_refused": (
        ERROR,
        _("Nothing vouches for %(domain)s, and its DMARC record asks for that"),
        _(
            "Receivers are told to %(asks)s such letters. Sign with DKIM for "
            "%(domain)s, or let them return to an address of that domain."
        ),
    ),
    "unaligned": (
        WARNING,
        _("Nothing vouches for %(domain)s"),
        _(
            "Neither the address that letters return to nor a signature is of that "
            "domain. Sign with DKIM for it."
        ),
    ),
    "unaligned_but_signed_elsewhere": (
        WARNING,
        _("Only a signature by your mail server can vouch for %(domain)s"),
        _(
            "Letters return to %(other)s, and are not signed here. See to it that the "
            "mail server signs for %(domain)s."
        ),
    ),
    "url_insecure": (
        ERROR,
        _("The address for leaving is not https"),
        _("Mail services show their button for leaving only then. Set SITE_URL."),
    ),
    "url_untried": (
        NOTE,
        _("The address for leaving was not tried"),
        _("This site's address leads to this machine only."),
    ),
    "url_unreachable": (
        ERROR,
        _("The address for leaving cannot be reached"),
        _("%(host)s does not answer. Nobody could leave by the link in the letter."),
    ),
    "url_redirects": (
        ERROR,
        _("The address for leaving leads on to another address"),
        _("Mail services do not follow there. Set SITE_URL to where the site stands."),
    ),
    "url_wrong": (
        ERROR,
        _("Another site answers at the address for leaving"),
        _("It answered %(status)s. Set SITE_URL to this site's public address."),
    ),
    "url_no_post": (
        ERROR,
        _("The address for leaving does not take the mail services' one click"),
        _("Something in front of the site refuses POST. Let it through for /u/."),
    ),
}


def put_in_words(code: str, values: dict[str, Any]) -> Finding:
    """Return a stored finding in the active language. Raises KeyError for no code."""
    severity, title, text = WORDS[code]
    return Finding(
        code, severity, str(title) % values, str(text) % values, about=str(values)
    )
