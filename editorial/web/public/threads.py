"""The pages that lead from one article to others: a tag, an author, a topic, all topics."""

from __future__ import annotations

from collections.abc import Iterator

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from editorial import catalogue
from editorial.catalogue import Page, Teaser, TermLink
from editorial.web import language
from editorial.web.addresses import address
from editorial.web.public import head
from editorial.web.public.blueprint import public
from editorial.web.public.pages import PAGE_NUMBER

AUTHORS_TOLD = 1000


@public.get("/tu-khoa/<slug>")
def tag(slug: str) -> ResponseReturnValue:
    link, page = _found("tag", slug)
    title = gettext("Keyword: %(name)s", name=link.label)
    return _shown(link, page, "public/term.html", title, gettext("Articles about “%(name)s”.", name=link.label))


@public.get("/tac-gia/<slug>")
def author(slug: str) -> ResponseReturnValue:
    link, page = _found("author", slug)
    about = ngettext("%(num)d article by %(name)s.", "%(num)d articles by %(name)s.", page.total, name=link.label)
    return _shown(link, page, "public/term.html", link.label, about)


@public.get("/dong-su-kien/<slug>")
def topic(slug: str) -> ResponseReturnValue:
    link, page = _found("topic", slug)
    return _shown(link, page, "public/topic.html", link.label, link.about)


@public.get("/dong-su-kien")
def topics() -> ResponseReturnValue:
    described = head.of_page(gettext("Topics"), "", "public.topics")
    return render_template("public/topics.html", threads=catalogue.topics(language.current()), head=described)


def places() -> Iterator[str]:
    """The addresses for a sitemap: topics, and the authors with the most articles. What bears a tag is listed there."""
    yield address("public.topics")
    for thread in catalogue.topics():
        yield address("public.topic", slug=thread.topic.slug)
    for slug in catalogue.term_slugs("author", AUTHORS_TOLD):
        yield address("public.author", slug=slug)


def page_asked() -> int:
    """The number of the page in the address; a 404 for what is none."""
    asked = request.args.get("trang", "1")
    if not PAGE_NUMBER.fullmatch(asked):
        abort(404)
    return int(asked)


def _found(kind: str, slug: str) -> tuple[TermLink, Page[Teaser]]:
    found = catalogue.term_page(kind, slug, page_asked(), language.current())
    if found is None:
        abort(404)
    return found


def _shown(link: TermLink, page: Page[Teaser], template: str, title: str, about: str) -> ResponseReturnValue:
    endpoint = f"public.{link.kind}"
    if page.number == 1 and "trang" in request.args:  # one page, one address
        return redirect(url_for(endpoint, slug=link.slug), 301)
    values = {"slug": link.slug} | ({"trang": page.number} if page.number > 1 else {})
    described = head.of_list(title, about, endpoint, listed(page), **values)
    return render_template(template, term=link, page=page, title=title, about=about, head=described)


def listed(page: Page[Teaser]) -> list[str]:
    """The addresses of the articles on a page."""
    return [address("public.article", article_id=item.article_id, slug=item.slug) for item in page.items]
