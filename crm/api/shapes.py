"""What goes in and out of the API. Unknown fields are refused, not dropped."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt

from crm.api.texts import BodyKey, Line, LongText, Text
from crm.choices import Language, OrganisationKind

Code = Annotated[Text, Field(max_length=60)]
CustomIn = Annotated[
    dict[Annotated[Text, Field(max_length=40)], Line | StrictInt | StrictFloat | None],
    Field(max_length=100, description="By short name; null takes a value away."),
]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class OrganisationRef(Schema):
    id: int
    name: str


class HeldSeat(Schema):
    id: int
    title: str
    role: str
    network: str | None
    organisation: OrganisationRef
    since: date | None


class Said(Schema):
    purpose: str
    status: Literal["given", "withdrawn", "objected"]
    since: datetime


class Contact(Schema):
    id: int
    given_name: str
    family_name: str
    email: str
    phone: str
    language: Language
    topics: list[str] = Field(description="Short names of topics.")
    biography: str
    paused_until: date | None = Field(
        description="The first day on which mail may come again; null for no rest."
    )
    notes: str
    custom: dict[str, Any]
    seats: list[HeldSeat] = Field(description="Held today.")
    said: list[Said] = Field(description="What they said about mail; read only.")
    is_stopped: bool = Field(description="Whether mail to the address is stopped.")
    added_at: datetime
    changed_at: datetime


class ContactChange(Strict):
    """The fields to write; those left out stay as they are."""

    given_name: Annotated[Text, Field(max_length=120)] = ""
    family_name: Annotated[Text, Field(max_length=120)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    language: Language = Language.SWEDISH
    topics: Annotated[list[Code], Field(max_length=100)] = []
    biography: LongText = ""
    paused_until: date | None = None
    notes: LongText = ""
    custom: CustomIn = {}


class ContactNew(ContactChange):
    email: Annotated[Text, Field(min_length=3, max_length=254)]


class Organisation(Schema):
    id: int
    kind: OrganisationKind
    name: str
    name_sv: str
    name_en: str
    country: str
    region: str
    municipality: str
    parent: int | None
    website: str
    latitude: float | None
    longitude: float | None
    is_published: bool


class OrganisationChange(Strict):
    """The fields to write; those left out stay as they are."""

    kind: OrganisationKind = OrganisationKind.OTHER
    name: Annotated[Text, Field(min_length=1, max_length=200)] = "-"
    name_sv: Annotated[Text, Field(max_length=200)] = ""
    name_en: Annotated[Text, Field(max_length=200)] = ""
    country: Annotated[Text, Field(pattern="^[A-Z]{2}$")] = "SE"
    region: Annotated[Text, Field(max_length=120)] = ""
    municipality: Annotated[Text, Field(max_length=120)] = ""
    parent: BodyKey | None = None
    website: Annotated[Text, Field(max_length=200)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90, strict=True)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, strict=True)] | None = None
    is_published: StrictBool = False


class OrganisationNew(OrganisationChange):
    kind: OrganisationKind
    name: Annotated[Text, Field(min_length=1, max_length=200)]


class Segment(Schema):
    id: int
    name: str
    description: str
    rules: dict[str, Any]
    rules_in_words: str
    added: list[int] | None = Field(
        description="Contacts by hand; null for who may not see people."
    )
    excluded: list[int] | None
    count: int | None = Field(description="People, as last counted.")
    counted_at: datetime | None
    changed_at: datetime


class SegmentChange(Strict):
    """The fields to write; those left out stay as they are."""

    name: Annotated[Text, Field(min_length=1, max_length=120)] = "-"
    description: Annotated[Text, Field(max_length=250)] = ""
    rules: dict[str, Any] = {}
    added: Annotated[list[BodyKey], Field(max_length=10_000)] = []
    excluded: Annotated[list[BodyKey], Field(max_length=10_000)] = []


class SegmentNew(SegmentChange):
    name: Annotated[Text, Field(min_length=1, max_length=120)]


class Member(Schema):
    id: int
    given_name: str
    family_name: str
    email: str
    language: Language


class Seat(Schema):
    id: int
    title: str
    role: str
    network: str | None
    organisation: OrganisationRef
    email: str
    is_vacant: bool
    holder: int | None = Field(
        description="The contact who holds it today; null for who may not see people."
    )


class Term(Schema):
    """A topic or a role."""

    slug: str
    name_sv: str
    name_en: str


class CustomField(Schema):
    slug: str
    name_sv: str
    name_en: str
    type: Literal["text", "number", "date", "choice"]
    options: list[str]
    is_merge_field: bool


class ContactPage(Schema):
    items: list[Contact]
    next: str | None


class OrganisationPage(Schema):
    items: list[Organisation]
    next: str | None


class SegmentPage(Schema):
    items: list[Segment]
    next: str | None


class MemberPage(Schema):
    count: int
    items: list[Member]
    next: str | None


class SeatPage(Schema):
    items: list[Seat]
    next: str | None
