"""What the staff pages ask. A form says which fields there are and what they hold; it never queries, saves or decides.

Whatever else is posted (a state, an author, a time, a role, an id) is not looked at by anybody.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)

from editorial import manuscript as manuscripts
from editorial import markup, vietnamese
from editorial.manuscript import Fault, Manuscript, Picture
from editorial.models import Topic
from editorial.topics import Words
from editorial.words import N_
from editorial.workflow import Kind, Transition
from editorial.worklist import KINDS, ORDERS, Filters

REASON_MAX = 4000
NOTE_MAX = 600
TOO_LONG = N_("This is %(long)d characters long; at most %(most)d fit.")
ASSET_ID = re.compile(r"[0-9a-f]{64}")
TAGS_END = re.compile(r"[,;\n]")
BUILT_IN = (N_("Not a valid choice."),)  # what WTForms itself says of the fields used here; it knows no Vietnamese


class OurWords:
    """Looks the messages of WTForms up in our catalogue, in the language of the page."""

    def gettext(self, message: str) -> str:
        return gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return gettext(one if number == 1 else many)


class AtMost:
    """Refuses more characters than fit. Not WTForms' Length: with it, browsers cut pasted text off without a word."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if (long := len(field.data or "")) > self.most:
            raise ValidationError(gettext(TOO_LONG, long=long, most=self.most))


class Form(FlaskForm):
    """What all forms of the desk share: messages in the page's language, and a one-time key.

    The key is fresh on every page. A form that comes back with faults was not acted on, so it keeps its key: sent again
    after a time-out, it still counts once.
    """

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: FlaskForm) -> OurWords:
            return OurWords()

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Files reach file fields alone: one that is sent under another field's name is not there at all."""
            wrapped = super().wrap_formdata(form, formdata)
            if not isinstance(wrapped, CombinedMultiDict):
                return wrapped
            takes_files = FileField | MultipleFileField
            expected = {name for name, field in form._fields.items() if isinstance(field, takes_files)}
            files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in expected)
            return CombinedMultiDict((files, request.form))

    once = HiddenField(default=lambda: secrets.token_hex(16))


class ManuscriptForm(Form):
    """The writing page: a manuscript's parts under the names that faults bear, and the text it began from (`seen`)."""

    title = TextAreaField(_l("Title"), render_kw={"rows": 2})
    lede = TextAreaField(
        _l("Lede"),
        description=_l("Two sentences: what happened, and why it matters. They stand on the front page."),
        render_kw={"rows": 3},
    )
    body = TextAreaField(
        _l("Text"),
        description=_l(
            "Leave an empty line between paragraphs. Simple HTML such as <h2> and <strong> works;"
            " whatever else is pasted is cleaned when you save."
        ),
        render_kw={"rows": 24},
    )
    section = SelectField(_l("Section"), validate_choice=False)
    genre = SelectField(_l("Genre"), validate_choice=False)
    byline = TextAreaField(
        _l("Byline"),
        description=_l("As readers shall see it; a pen name will do. With several authors, one on each line."),
        render_kw={"rows": 2},
    )
    tags = TextAreaField(
        _l("Keywords"),
        description=_l("What readers may look for, separated by commas or one on each line."),
        render_kw={"rows": 2},
    )
    topic = SelectField(
        _l("Topic"), validate_choice=False, description=_l("When the article follows a matter that others follow too.")
    )
    source_name = StringField(_l("Name of the source"), description=_l("Only when the text is taken from elsewhere."))
    source_url = StringField(
        _l("Address of the source"),
        description=_l("The whole address of the original, beginning with https://."),
        render_kw={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    )
    cover = FileField(
        _l("Picture file"),
        description=_l(
            "A JPEG, PNG, WebP, AVIF or GIF file. Hidden data such as the place of the photograph is removed."
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"},
    )
    cover_asset = HiddenField()
    cover_remove = BooleanField(_l("Take the picture out of the article"))
    cover_alt = StringField(
        _l("What the picture shows"),
        description=_l("For readers who cannot see it. One sentence, without “picture of”."),
    )
    cover_caption = TextAreaField(_l("Caption"), render_kw={"rows": 2})
    cover_credit = StringField(_l("Credit"), description=_l("Who made the picture."))
    save = SubmitField(_l("Save draft"))
    submit = SubmitField(_l("Save and submit for review"))
    change_note = TextAreaField(
        _l("What changes, and why"),
        [AtMost(NOTE_MAX)],
        description=_l("One sentence for the reviewer and for the history."),
        render_kw={"rows": 2},
    )
    seen = HiddenField()

    def offer(self, sections: Sequence[tuple[str, str]], topics: Sequence[tuple[str, str]] = ()) -> Self:
        """Give the lists to choose from: (slug, name) each, the sections in the page's language."""
        unset = ("", gettext("– Choose –"))
        self.topic.choices = _choices([("", gettext("– None –")), *topics])
        self.section.choices = _choices([unset, *sections])
        self.genre.choices = _choices([unset, *((key, gettext(label)) for key, label in manuscripts.GENRES.items())])
        return self

    @classmethod
    def showing(cls, manuscript: Manuscript, *, seen: str, change_note: str = "") -> Self:
        """The form filled with a manuscript, whatever the request carries."""
        cover = manuscript.cover or Picture("")
        return cls(
            formdata=None,
            data={
                "title": manuscript.title,
                "lede": manuscript.lede,
                "body": markup.for_textarea(manuscript.body),
                "section": manuscript.section,
                "genre": manuscript.genre,
                "byline": "\n".join(manuscript.bylines),
                "tags": ", ".join(manuscript.tags),
                "topic": manuscript.topic,
                "source_name": manuscript.source_name,
                "source_url": manuscript.source_url,
                "cover_asset": cover.asset,
                "cover_alt": cover.alt,
                "cover_caption": cover.caption,
                "cover_credit": cover.credit,
                "change_note": change_note,
                "seen": seen,
            },
        )

    def manuscript(self, *, before: Manuscript | None = None) -> Manuscript:
        """The text as typed, in canonical form. What was not sent at all, as by a page that was opened when the form
        did not ask for it, stays as it was `before`.

        Raises markup.TooLarge on a body that no article needs.
        """
        return manuscripts.of(
            title=self.title.data or "",
            lede=self.lede.data or "",
            body=markup.body_in(self.body.data or ""),
            section=self.section.data or "",
            genre=self.genre.data or "",
            bylines=(self.byline.data or "").splitlines(),
            source_name=self.source_name.data or "",
            source_url=self.source_url.data or "",
            cover=self.picture,
            tags=TAGS_END.split(self.tags.data or "") if self.tags.raw_data or before is None else before.tags,
            topic=(self.topic.data or "") if self.topic.raw_data or before is None else before.topic,
        )

    @property
    def picture(self) -> Picture | None:
        """The chosen cover with its words, unless it is to be taken out."""
        asset = self.cover_asset.data or ""
        if self.cover_remove.data or not ASSET_ID.fullmatch(asset):
            return None
        return Picture(asset, self.cover_alt.data or "", self.cover_caption.data or "", self.cover_credit.data or "")

    def validate_cover(self, field: Field) -> None:
        """Words about a picture that is not there would be lost by saving, so say so instead."""
        about_it = (self.cover_alt.data, self.cover_caption.data, self.cover_credit.data)
        if any(vietnamese.normalise_line(words or "") for words in about_it) and not (
            self.picture or field.data or self.cover_remove.data
        ):
            raise ValidationError(gettext("Choose the picture that you describe below, or empty its three fields."))

    def blame(self, faults: Sequence[Fault]) -> None:
        """Put each fault next to the field it concerns."""
        _blame(self, faults)


class TopicForm(Form):
    """What a topic is called; its rules are those of `topics`."""

    name = StringField(_l("Name"), description=_l("As readers see it, such as “Nâng cấp đường Lũng Tre”."))
    name_en = StringField(_l("Name in English"))
    description = TextAreaField(_l("What it is about"), render_kw={"rows": 2})
    description_en = TextAreaField(_l("What it is about, in English"), render_kw={"rows": 2})

    @classmethod
    def showing(cls, topic: Topic) -> Self:
        return cls(formdata=None, obj=topic)

    @property
    def words(self) -> Words:
        return Words(
            self.name.data or "", self.name_en.data or "", self.description.data or "", self.description_en.data or ""
        )

    def blame(self, faults: Sequence[Fault]) -> Self:
        """Put each fault next to the field it concerns."""
        _blame(self, faults)
        return self


class MoveForm(Form):
    """A decision: on which text, why, and (of a schedule) when."""

    seen = HiddenField()
    reason = TextAreaField(_l("Note"), [AtMost(REASON_MAX)], render_kw={"rows": 3})
    release_date = StringField(_l("Day"), render_kw={"type": "date"})
    release_time = StringField(_l("Time"), render_kw={"type": "time"})

    transition: Transition

    def about(self, transition: Transition) -> Self:
        """Fit it to one transition: its fields get their own ids, because a page holds several of these forms."""
        self.transition = transition
        if transition.asks_reason:
            self.reason.label.text = gettext("Why? It goes on the record, and the author reads it.")
            self.reason.flags.required = True
        for field in (self.reason, self.release_date, self.release_time):
            field.id = field.label.field_id = f"{transition.name}-{field.name.replace('_', '-')}"
        return self

    @classmethod
    def for_(cls, transition: Transition, *, seen: str, reason: str = "") -> Self:
        """The empty form of a transition, for the text with this digest."""
        return cls(formdata=None, data={"seen": seen, "reason": reason}).about(transition)

    @property
    def release_at(self) -> datetime | None:
        """The moment that was typed, by the clock of Vietnam; None when it is missing or no such moment exists."""
        return vietnamese.parse_local(
            f"{(self.release_date.data or '').strip()}T{(self.release_time.data or '').strip()}"
        )


class ChangeForm(Form):
    """What kind of change to a published article is begun."""

    kind = SelectField(
        choices=[SelectChoice(str(kind), "") for kind in (Kind.UPDATE, Kind.CORRECTION)], default=Kind.UPDATE
    )


class QueueForm(FlaskForm):
    """The filters over the queue, in the address: it changes nothing, so it carries no keys."""

    class Meta(FlaskForm.Meta):
        csrf = False

    section = SelectField(_l("Section"), validate_choice=False)
    kind = SelectField(_l("What"), validate_choice=False)
    text = StringField(_l("In the title"))
    order = SelectField(_l("Order"), validate_choice=False, default="oldest")

    def offer(self, sections: Sequence[tuple[str, str]]) -> Self:
        """Give the lists to choose from: `sections` are (slug, name) in the page's language."""
        everything = ("", gettext("All"))
        self.section.choices = _choices([everything, *sections])
        self.kind.choices = _choices([everything, *((key, gettext(label)) for key, label in KINDS.items())])
        self.order.choices = _choices([(key, gettext(label)) for key, label in ORDERS.items()])
        return self

    @property
    def filters(self) -> Filters:
        return Filters(**{name: self[name].data or "" for name in ("section", "kind", "text", "order")})


def _blame(form: Form, faults: Sequence[Fault]) -> None:
    for fault in faults:
        field = form._fields[fault.field]
        field.errors = [*field.errors, gettext(fault.message, **fault.values)]


def _choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
