"""The pages for readers: home, a section, an article. What each template is given is listed in the package."""

from __future__ import annotations

import re

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from editorial import catalogue, statistics, vietnamese
from editorial.web import frame, language
from editorial.web.addresses import address
from editorial.web.credits import credit_of
from editorial.web.public import head, passing
from editorial.web.public.blueprint import public

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@public.get("/")
def home() -> ResponseReturnValue:
    site = frame.here()
    front = catalogue.front_page(site.sections_for_sure, statistics.most_read)
    shows = catalogue.slideshows(site.language)
    return render_template("public/home.html", front=front, shows=shows, head=head.of_home(site.outlet, site.slogan))


@public.get("/chuyen-muc/<slug>")
def section(slug: str) -> ResponseReturnValue:
    asked = request.args.get("trang", "1")
    if not PAGE_NUMBER.fullmatch(asked):
        abort(404)
    found = catalogue.section_page(slug, int(asked), frame.here().sections_for_sure)
    if found is None:
        abort(404)
    link, page = found
    if page.number == 1 and "trang" in request.args:  # one page, one address
        return redirect(url_for(".section", slug=slug), 301)
    listed = [address("public.article", article_id=item.article_id, slug=item.slug) for item in page.items]
    described = head.of_section(link, page.number, listed)
    return render_template("public/section.html", section=link, page=page, head=described)


@public.get("/tin/<int:article_id>", endpoint="article_by_number", defaults={"slug": ""})
@public.get("/tin/<int:article_id>/<slug>")
def article(article_id: int, slug: str) -> ResponseReturnValue:
    story = catalogue.story(article_id, language.current())
    if story is None:
        abort(404)
    if request.path != f"/tin/{story.article_id}/{story.slug}":  # as a whole: /tin/007/… is another address as well
        return redirect(url_for(".article", article_id=story.article_id, slug=story.slug), 301)
    credits = {code: credit_of(story, code) for code in (language.current(), *language.LANGUAGES)}
    described = head.of_story(story, credits[language.DEFAULT])
    return render_template(
        "public/article.html",
        story=story,
        minutes=vietnamese.reading_minutes(story.words),
        page_url=described.canonical,
        credits=list(credits.values()),
        around=catalogue.surroundings(story, language.current()),
        shares=passing.shares(story.manuscript.title, described.canonical),
        head=described,
    )
