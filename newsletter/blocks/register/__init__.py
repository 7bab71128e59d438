"""Blocks whose content is kept in the register."""

from newsletter.blocks.register.base import RegisterBlock, RegisterValue, is_filled
from newsletter.blocks.register.collaboration import CollaborateBlock
from newsletter.blocks.register.contact import ContactBlock
from newsletter.blocks.register.events import EventFacts, EventFactsBlock
from newsletter.blocks.register.members import (
    MemberListBlock,
    count_members,
    list_members,
)
from newsletter.blocks.register.partners import PartnerLogosBlock, list_partners
from newsletter.blocks.register.people import PeopleGroup, PeopleListBlock
from newsletter.blocks.register.projects import ProjectBlock, ProjectCard
from newsletter.blocks.register.works import MediaListBlock, PublicationsBlock

__all__ = [
    "CollaborateBlock",
    "ContactBlock",
    "EventFacts",
    "EventFactsBlock",
    "MediaListBlock",
    "MemberListBlock",
    "PartnerLogosBlock",
    "PeopleGroup",
    "PeopleListBlock",
    "ProjectBlock",
    "ProjectCard",
    "PublicationsBlock",
    "RegisterBlock",
    "RegisterValue",
    "count_members",
    "is_filled",
    "list_members",
    "list_partners",
]
