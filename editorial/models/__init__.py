"""The tables: columns, constraints and small properties. Nothing here decides or queries."""

from editorial.models.articles import Article, ArticleStanding, Edition, Endorsement, Lane, Origin, Revision, Round
from editorial.models.final import keep
from editorial.models.furniture import (
    Archive,
    BlockKind,
    HomeBlock,
    Link,
    LinkGroup,
    Outage,
    Redirect,
    Slide,
    Slideshow,
)
from editorial.models.outbox import Message
from editorial.models.people import Assignment, User
from editorial.models.pictures import Asset
from editorial.models.record import Event
from editorial.models.signins import SignIn
from editorial.models.site import Imprint, Section, Slogan

keep(Revision, Event)

__all__ = [
    "Archive",
    "Article",
    "ArticleStanding",
    "Asset",
    "Assignment",
    "BlockKind",
    "Edition",
    "Endorsement",
    "Event",
    "HomeBlock",
    "Imprint",
    "Lane",
    "Link",
    "LinkGroup",
    "Message",
    "Origin",
    "Outage",
    "Redirect",
    "Revision",
    "Round",
    "Section",
    "SignIn",
    "Slide",
    "Slideshow",
    "Slogan",
    "User",
]
