"""topics, tags and authors of published articles"""

import json

import sqlalchemy as sa
from alembic import op

from editorial.vietnamese import slug, words_in

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LIVE = """
SELECT article.id, article.first_published_at, revision.text
FROM article JOIN edition ON edition.id = article.live_edition_id JOIN revision ON revision.id = edition.head_id
"""
BATCH = 500


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=600), nullable=False),
        sa.Column("description_en", sa.String(length=600), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0 AND length(slug) > 0", name=op.f("ck_topic_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("name", name=op.f("uq_topic_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )
    terms = op.create_table(
        "article_term",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('tag', 'author', 'topic')", name=op.f("ck_article_term_kind_known")),
        sa.CheckConstraint("length(slug) > 0", name=op.f("ck_article_term_has_an_address")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_term_article_id")),
        sa.PrimaryKeyConstraint("article_id", "kind", "slug", name=op.f("pk_article_term")),
    )
    op.create_index(
        "ix_article_term_newest", "article_term", ["kind", "slug", "first_published_at", "article_id"], unique=False
    )
    _enter_what_is_public(terms)


def downgrade() -> None:
    op.drop_index("ix_article_term_newest", table_name="article_term")
    op.drop_table("article_term")
    op.drop_table("topic")


def _enter_what_is_public(terms: sa.Table) -> None:
    """The tags and authors of the texts that were published before there were terms."""
    connection = op.get_bind()
    columns = {"first_published_at": sa.DateTime(timezone=True)}
    rows = connection.execute(sa.text(LIVE).columns(**columns)).all()
    for start in range(0, len(rows), BATCH):
        found: dict[tuple[int, str, str], tuple[str, object]] = {}
        for number, moment, text in rows[start : start + BATCH]:
            said = json.loads(text)
            for kind, name in (("tag", "tags"), ("author", "bylines")):
                for label in said.get(name, ()):
                    if words_in(label):
                        found.setdefault((number, kind, slug(label)), (label[:300], moment))
        entries = [
            {"article_id": number, "kind": kind, "slug": address, "label": label, "first_published_at": moment}
            for (number, kind, address), (label, moment) in found.items()
        ]
        if entries:
            connection.execute(terms.insert(), entries)
