"""What of the owner's documents is delivered otherwise than it stands there, and why.

Each is (in the document, as delivered, why). Labels of ours are in the language of the
tests' catalogues, so they are asked for and not written out.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from crm.choices import MediaKind, NetworkKind
from tests.newsletter.mail.documents import Difference, words

ADDRESS = "http www eurofound europa eu publications htmlfiles"
EXPERTS = """
    Friedrich Heckmann Samordnare
      Europäisches Forum für Migrationsstudien Universitetet i Bamberg
    Wolfgang Bosswick Samordnare
      Europäisches Forum für Migrationsstudien Universitetet i Bamberg
    Sarah Spencer Medlem av den vetenskapliga stödgruppen
      Centre on Migration Policy in Society Universitetet i Oxford
    Rinus Penninx Medlem av den vetenskapliga stödgruppen
      Institute for Migration and Ethnic Studies Universitetet i Amsterdam
    Heinz Fassmann Medlem av den vetenskapliga stödgruppen
      Österrikes vetenskapsakademi
    Marco Martiniello Medlem av den vetenskapliga stödgruppen Universitetet i Liège
"""
# Title, number and what it is, of the two publications of the fact sheet.
SHEETS = [
    ("contribution of local and regional authorities", "ef0622", "En begreppsanalys"),
    ("local integration policies for migrants in europe", "ef0631", ""),
]
PUBLICATIONS = [
    "Integration i hela Sverige – från asyl till arbete",
    "Civilsamhället som dörröppnare",
    "Canada can – can we?",
    "Vi löser det – lärdomar av tysk integrationspolitik efter 2015",
    "Hela staden – bryt segregationen",
    "Att skapa egna möjligheter – hur bättre villkor för företagare kan lyfta "
    "integrationen",
]
MEDIA = [
    ("debattartikel", MediaKind.OPINION, "Therese Lindström, Karl Wennberg", "Expressen"),
    (
        "debattartikel",
        MediaKind.OPINION,
        "Oscar Adenfelt, Benny Carlson, Johanna Hemberg",
        "SvD",
    ),
    ("debattartikel", MediaKind.OPINION, "Oscar Adenfelt, Benny Carlson", "UNT"),
    ("ledartext", MediaKind.EDITORIAL, "Per-Ola Nilsson", "Jönköpings-Posten"),
    ("debattartikel", MediaKind.OPINION, "Oscar Adenfelt, Karl Wennberg",
     "Dagens Samhälle"),
]  # fmt: skip
NOTE_SUMMARY = (
    "Var samtalen mellan föreningar, kommuner och länsstyrelsen står, och ett gott "
    "exempel från Gunnarsbyn."
)


def list_differences(name: str, where: str, own_url: str = "") -> list[Difference]:
    """Return what may differ in a document, in the "mail", its "text" or on the "page".

    ``own_url`` is the address on this site that a block of it leads to.
    """
    listed = LISTS[name](where, own_url)
    return [(old, words(new), why) for old, new, why in listed]


def differ_invitation(where: str, own_url: str) -> list[Difference]:
    return [
        (
            "datum 19",
            f"{_('Time and place')} {_('Date')} måndag 19",
            "A section has a heading, and the register knows the weekday.",
        ),
        ("tid 10", f"{_('Time of day')} 10", "The label in our words."),
        ("plats lunds", f"{_('Place')} lunds", "The label in our words."),
        (
            "lund workshopen riktar",
            f"lund {_('Add to your calendar (.ics)')} "
            f"{own_url if where == 'text' else ''} workshopen riktar",
            "A day that is known can be put into one's calendar.",
        ),
    ]


def differ_fact_sheet(where: str, _own_url: str) -> list[Difference]:
    return [
        (
            "invandrare informationsblad integration",
            "invandrare integration",
            "What kind of sheet it is stands over the headline.",
        ),
        ("ethnicstudies", "ethnic studies", "Two words run together."),
        (
            "ämnen nätverkets",
            f"Samordnare och medlemmar {EXPERTS} ämnen nätverkets",
            "The people of the paragraph above, from the register.",
        ),
        (
            "deputación de barcelona bratislava",
            "bratislava",
            "The list is in the order of its names; the document has this one under B.",
        ),
        ("budapest dublin", "budapest deputación de barcelona dublin", "As above."),
        (
            "stuttgart mer information informationsansvarig teresa renahan på adressen",
            "mer information teresa renahan informationsansvarig",
            "STUTTGART is a page's head that came along; a contact is a block.",
        ),
        (
            "en begreppsanalys med titeln integration",
            "integration",
            "What a publication is stands after its title.",
        ),
        *(_differ_sheet(where, *sheet) for sheet in SHEETS),
    ]


def _differ_sheet(where: str, title: str, number: str, about: str) -> Difference:
    address = f"{ADDRESS} {number} htm"
    written = address if where == "text" else ""
    return (
        f"{title} {address}",
        f"{title} Dublininstitutet {number} {about} {written}",
        "Who published it stands by the title, which is the link.",
    )


def differ_status_note(where: str, _own_url: str) -> list[Difference]:
    is_text = where == "text"
    as_of = "" if where == "page" else "februari 2013"
    opening = NOTE_SUMMARY if where == "page" else ""
    return [
        ("rundabordssamtal2 hur", "hur", "Stands over the headline, in words."),
        (
            "status i februari",
            f"{opening} status {as_of} i februari",
            "When it was so stands by the heading (on the page in the margin), and the "
            "page opens with the summary.",
        ),
        (
            "strukturfonds period i lokalsamhället finns",
            f"strukturfonds period {SITES['status'] if is_text else ''} "
            "Ett gott exempel I lokalsamhället finns",
            "The example has a heading. In plain text the addresses follow.",
        ),
        (
            "ökad integration i gunnarsbyn",
            f"ökad integration {_('Place')} Gunnarsbyn, Bodens kommun "
            f"{_('Whose work')} Råneälvdalsrådet i Gunnarsby ekonomisk förening "
            f"{_('The need')} i Gunnarsbyn",
            "Where it is and whose work stand first; each part says what it tells.",
        ),
        (
            "landsbygden resultat",
            f"landsbygden {SITES['need'] if is_text else ''} {_('The result')} resultat",
            "Each part says what it tells.",
        ),
        (
            "till det projektägaren",
            f"till det {_('What they did')} projektägaren",
            "Each part says what it tells.",
        ),
        (
            "i förstudien tanken",
            f"i förstudien {SITES['actions'] if is_text else ''} "
            f"{_('The next step')} tanken",
            "Each part says what it tells.",
        ),
    ]


# The organisations are linked; in plain text their addresses stand under the paragraph.
SITES = {
    "status": (
        "HSSL Norrbotten https://helasverige.se/ länsstyrelsen i Norrbotten "
        "https://www.lansstyrelsen.se/norrbotten.html "
        "jordbruksverket https://jordbruksverket.se/"
    ),
    "need": "Bodens kommun https://www.boden.se/",
    "actions": (
        "Råneälvdalsrådet i Gunnarsby ekonomisk förening "
        "https://www.ranealvdalen.example/ "
        "arbetsförmedlingen https://arbetsformedlingen.se/"
    ),
}


def differ_overview(where: str, own_url: str) -> list[Difference]:
    ended = _("Ended in %(month)s") % {"month": "december 2022"}
    status = "" if where == "page" else f"{NetworkKind.PROJECT.label} {ended}"
    site = "https://fores.se/" if where == "text" else ""
    grant = _("Funding: %(grant)s") % {"grant": "AMIF Den subjektiva integrationen 2"}
    return [
        (
            "integration är inte",
            "Fores om integration: projekt, publikationer och medier Integration är inte",
            "The document has no headline; an item must have one.",
        ),
        (
            "läs mer om projektet framtidens integration",
            f"läs mer om projektet framtidens integration {site}",
            "A link; its target was lost, and supplied.",
        ),
        (
            "subjektiva integrationen 2 eu",
            f"subjektiva integrationen 2 {status} eu",
            "The register knows that it has ended (on the page in the margin).",
        ),
        (
            "läs mer om projektet den subjektiva integrationen",
            f"{_('Partners:')} IFFS NBV World Values Survey {grant} "
            f"läs mer om projektet den subjektiva integrationen {site}",
            "Partners and grant come from the register; the target was supplied.",
        ),
        *(
            (words(title), f"{title} Fores", "Who published it stands by the title.")
            for title in PUBLICATIONS
        ),
        *(_differ_media(*entry) for entry in MEDIA),
        (
            "för att tala vidare",
            f"för att tala vidare {OFFERS[where](own_url)} {_notice(where)}",
            "A call has a button; whoever pays is named by itself.",
        ),
    ]


def _differ_media(
    kind_sv: str, kind: MediaKind, authors: str, outlet: str
) -> Difference:
    names = {"kind": str(kind.label).lower(), "authors": authors, "outlet": outlet}
    return (
        words(f"{kind_sv} av {authors} i {outlet}"),
        _("%(kind)s by %(authors)s in %(outlet)s") % names,
        "The sentence is made of what the register knows.",
    )


OFFERS: dict[str, Callable[[str], str]] = {
    "mail": lambda _url: "Jag vill samarbeta",
    "text": lambda url: f"Jag vill samarbeta {url}",
    "page": lambda _url: "",
}


def _notice(where: str) -> str:
    heading = _("Funding") if where == "page" else ""
    return f"{heading} EU (AMIF) finansierat integrationsprojekt."


LISTS = {
    "invitation": differ_invitation,
    "fact_sheet": differ_fact_sheet,
    "status_note": differ_status_note,
    "overview": differ_overview,
}
