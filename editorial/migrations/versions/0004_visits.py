"""the visit counter"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("bots", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("bot_pages", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "people >= 0 AND bots >= 0 AND pages >= 0 AND bot_pages >= 0", name=op.f("ck_visit_day_counts_up")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_visit_day")),
    )
    op.create_table(
        "article_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_day_article_id")),
        sa.PrimaryKeyConstraint("day", "article_id", name=op.f("pk_article_day")),
    )
    op.create_table(
        "visitor",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visitor")),
    )
    op.create_index("ix_visitor_seen_at", "visitor", ["seen_at"], unique=False)
    op.create_table(
        "visit_salt",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_visit_salt")),
    )
    op.create_table(
        "visits_before",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1 AND people >= 0", name=op.f("ck_visits_before_one_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits_before")),
    )


def downgrade() -> None:
    op.drop_table("visits_before")
    op.drop_table("visit_salt")
    op.drop_index("ix_visitor_seen_at", table_name="visitor")
    op.drop_table("visitor")
    op.drop_table("article_day")
    op.drop_table("visit_day")
