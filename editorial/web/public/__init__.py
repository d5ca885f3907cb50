"""What readers get: pages, feeds, the files for machines, and pictures. All of it asks `editorial.catalogue`.

What the templates are given, beside `site` (see `editorial.web.frame`):

public/home.html
    front: catalogue.FrontPage · head: head.Head
public/section.html
    section: catalogue.SectionLink · page: catalogue.Page of Teasers · head: head.Head
    links to other pages: url_for("public.section", slug=section.slug, trang=n), without `trang` for page 1
public/article.html
    story: catalogue.Story · minutes: reading time as a number
    page_url: the permanent address, absolute, as republishers cite it
    credits: credit.Credit in both languages, that of the page first
    head: head.Head, whose `structured` is the JSON-LD, safe inside <script type="application/ld+json">
"""

from editorial.web.public import feeds, machines, pages, pictures  # their routes
from editorial.web.public.blueprint import public

__all__ = ["feeds", "machines", "pages", "pictures", "public"]
