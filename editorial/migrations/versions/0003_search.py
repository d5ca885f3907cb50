"""the search index"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    by_letters = sa.String(length=80) if on_sqlite else sa.String(length=80, collation="C")
    op.create_table(
        "search_entry",
        sa.Column("place", sa.Integer() if on_sqlite else sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_search_entry_article_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_search_entry_edition_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("article_id", name=op.f("uq_search_entry_article_id")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", by_letters, nullable=False),
        sa.Column("folded", by_letters, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.CheckConstraint("articles > 0", name=op.f("ck_search_word_in_use")),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_index("ix_search_word_folded", "search_word", ["folded"])
    if on_sqlite:  # the row's number is the place; which tokens an article has, and neither where nor how often
        op.execute(
            "CREATE VIRTUAL TABLE search_tokens USING fts5"
            "(tokens, content='', contentless_delete=1, detail=none, tokenize='ascii')"
        )
        return
    op.execute("CREATE TABLE search_tokens (place bigint PRIMARY KEY, tokens tsvector NOT NULL)")
    # A search reads whatever was not sorted in yet from end to end: little of that is kept waiting.
    op.execute(
        "CREATE INDEX ix_search_tokens_tokens ON search_tokens USING gin (tokens) WITH (gin_pending_list_limit = 256)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE search_tokens")
    op.drop_table("search_word")
    op.drop_table("search_entry")
