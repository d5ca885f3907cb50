"""The tables: columns, constraints and small properties. Nothing here decides or queries."""

from editorial.models.articles import Article, ArticleStanding, Edition, Endorsement, Lane, Origin, Revision, Round
from editorial.models.documents import Citation, Document, DocumentFile, DocumentVersion, Replacement
from editorial.models.feedback import Level, Report, ReportState, Tally, Vote
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
from editorial.models.search import SearchEntry, SearchWord
from editorial.models.signins import SignIn
from editorial.models.site import Imprint, Section, Slogan
from editorial.models.terms import ArticleTerm, TermKind, Topic
from editorial.models.visits import ArticleDay, VisitDay, Visitor, VisitSalt, VisitsBefore

keep(Revision, Event, DocumentVersion)

__all__ = [
    "Archive",
    "Article",
    "ArticleDay",
    "ArticleStanding",
    "ArticleTerm",
    "Asset",
    "Assignment",
    "BlockKind",
    "Citation",
    "Document",
    "DocumentFile",
    "DocumentVersion",
    "Edition",
    "Endorsement",
    "Event",
    "HomeBlock",
    "Imprint",
    "Lane",
    "Level",
    "Link",
    "LinkGroup",
    "Message",
    "Origin",
    "Outage",
    "Redirect",
    "Replacement",
    "Report",
    "ReportState",
    "Revision",
    "Round",
    "SearchEntry",
    "SearchWord",
    "Section",
    "SignIn",
    "Slide",
    "Slideshow",
    "Slogan",
    "Tally",
    "TermKind",
    "Topic",
    "User",
    "VisitDay",
    "VisitSalt",
    "Visitor",
    "VisitsBefore",
    "Vote",
]
