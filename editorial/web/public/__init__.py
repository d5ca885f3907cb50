"""What readers get: pages, feeds, the files for machines, and pictures. All of it asks `editorial.catalogue`.

What the templates are given, beside `site` (see `editorial.web.frame`):

public/home.html
    front: catalogue.FrontPage · shows: catalogue.Show, the slideshows · head: head.Head
public/section.html
    section: catalogue.SectionLink · page: catalogue.Page of Teasers · head: head.Head
    links to other pages: url_for("public.section", slug=section.slug, trang=n), without `trang` for page 1
public/article.html
    story: catalogue.Story · minutes: reading time as a number
    page_url: the permanent address, absolute, as republishers cite it
    credits: credit.Credit in both languages, that of the page first
    head: head.Head, whose `structured` is the JSON-LD, safe inside <script type="application/ld+json">
    around: catalogue.Surroundings · shares: passing.Share, the plain links for passing it on
public/term.html, public/topic.html
    term: catalogue.TermLink · page: catalogue.Page of Teasers · title, about: what stands over them · head: head.Head
public/topics.html
    threads: catalogue.Thread · head: head.Head
public/archive.html, public/month.html, public/day.html
    see `days`
public/search.html
    asked: search.Asked · results: editorial.search.Results · items: its Teasers, with marks in title and lede
    nothing: whether there were words and no article has them · suggestions: editorial.search.Suggestion
    most: how many results can be paged through · head: head.Head
public/documents.html
    page: catalogue.Page of register.Lines · filters: register.Filters · kept: the query that goes with page numbers
    choices: register.Choices · head: head.Head
public/document.html
    entry: register.Entry · facts: paper.Facts · head: head.Head
"""

from editorial.web.public import (  # their routes
    days,
    documents,
    feedback,
    feeds,
    machines,
    moved,
    news_sitemap,
    pages,
    pictures,
    search,
    security,
    share_pictures,
    threads,
    websites,
)
from editorial.web.public.blueprint import public

__all__ = [
    "days",
    "documents",
    "feedback",
    "feeds",
    "machines",
    "moved",
    "news_sitemap",
    "pages",
    "pictures",
    "public",
    "search",
    "security",
    "share_pictures",
    "threads",
    "websites",
]
