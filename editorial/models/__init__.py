"""The tables: columns, constraints and small properties. Nothing here decides or queries."""

from editorial.models.articles import Article, ArticleStanding, Edition, Endorsement, Lane, Origin, Revision, Round
from editorial.models.final import keep
from editorial.models.outbox import Message
from editorial.models.people import Assignment, User
from editorial.models.pictures import Asset
from editorial.models.record import Event
from editorial.models.signins import SignIn
from editorial.models.site import Imprint, Section, Slogan

keep(Revision, Event)

__all__ = [
    "Article",
    "ArticleStanding",
    "Asset",
    "Assignment",
    "Edition",
    "Endorsement",
    "Event",
    "Imprint",
    "Lane",
    "Message",
    "Origin",
    "Revision",
    "Round",
    "Section",
    "SignIn",
    "Slogan",
    "User",
]
