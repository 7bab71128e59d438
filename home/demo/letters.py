"""What the demo's network writes for, in which periodical, and to whom."""

from crm.choices import LawfulBasis
from crm.models import Network, Organisation, Purpose, Segment
from crm.segments.rules import VERSION
from newsletter.models import Newsletter, Recipients

NEWSLETTER = "lokal-integration"


def load_purposes() -> list[Purpose]:
    """Make the two purposes: the newsletter itself, and invitations."""
    newsletter = Purpose.objects.create(
        slug="nyhetsbrev",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        name_sv="Nätverkets nyhetsbrev",
        name_en="The network's newsletter",
        wording_sv=(
            "Vi skickar nyhetsbrevet till dig som har ett uppdrag i nätverket eller "
            "har anmält dig, för att fullgöra nätverkets uppgift att sprida "
            "erfarenheter. Du kan lämna det när du vill."
        ),
        wording_en=(
            "We send the newsletter to you who hold a post in the network or have "
            "signed up, to fulfil the network's task of sharing experience. You can "
            "leave it at any time."
        ),
    )
    invitations = Purpose.objects.create(
        slug="inbjudningar",
        lawful_basis=LawfulBasis.CONSENT,
        name_sv="Inbjudningar till möten och konferenser",
        name_en="Invitations to meetings and conferences",
        wording_sv="Ja, jag vill få inbjudningar till nätverkets möten och konferenser.",
        wording_en="Yes, I would like invitations to the network's meetings.",
    )
    return [newsletter, invitations]


def load_newsletter(purpose: Purpose) -> Newsletter:
    """Make the periodical."""
    return Newsletter.objects.create(
        slug=NEWSLETTER,
        name="Nätverket för lokal integration",
        purpose=purpose,
        network=Network.objects.get(slug="lokal-integration"),
        sender_name="Nätverket för lokal integration",
        sender_email="rundbrev@natverket.example",
        reply_to="kansliet@natverket.example",
        list_id="rundbrev.natverket.example",
        postal_address="Kansliet, Box 100, 950 00 Norrhamn",
        reason_sv=(
            "Du får brevet för att du har ett uppdrag i Nätverket för lokal "
            "integration eller i ett av dess projekt."
        ),
        reason_en=(
            "You get this letter because you hold a post in the Network for Local "
            "Integration or in one of its projects."
        ),
        is_open=True,
        about_sv="Ett brev i månaden: rapporter, inbjudningar och resultat.",
        about_en="One letter a month: reports, invitations and results.",
    )


def load_segments() -> list[Segment]:
    """Make the segments; the coordinators are left for the tour to build."""
    networks = {network.slug: network.pk for network in Network.objects.all()}
    committee = Organisation.objects.get(name="EPI Scientific Committee")
    own = sorted([networks["lokal-integration"], networks["epi"]])
    everybody = [{"kind": "seat", "networks": own}]
    pilots = [
        {"kind": "seat", "networks": [networks["epi"]], "kinds": ["municipality"]}
    ]
    experts = [{"kind": "seat", "organisations": [committee.pk]}]
    return [
        _make_segment("Alla i nätverket", "Alla som har ett uppdrag.", everybody),
        _make_segment(
            "Pilotstäder i EPI", "Städerna som prövar sina strategier.", pilots
        ),
        _make_segment("Vetenskapliga kommittén", "Experterna i EPI.", experts),
    ]


def load_recipients(segments: list[Segment]) -> int:
    """Make a choice of recipients of each segment; return how many."""
    for segment in segments:
        recipients = Recipients.objects.create(name=segment.name)
        recipients.include.set([segment])
    return len(segments)


def _make_segment(name: str, description: str, rules: list[dict]) -> Segment:
    tree = {"version": VERSION, "match": "all", "rules": rules}
    return Segment.objects.create(name=name, description=description, rules=tree)
