"""ratings and error reports"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LEVEL = "level IN ('good', 'fair', 'poor')"
CONTACT = sa.text("contact <> ''")


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.CheckConstraint("votes > 0", name=op.f("ck_tally_counts_some")),
        sa.CheckConstraint(LEVEL, name=op.f("ck_tally_level_known")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_tally_article_id")),
        sa.PrimaryKeyConstraint("article_id", "level", name=op.f("pk_tally")),
    )
    op.create_table(
        "vote",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(voter) = 64", name=op.f("ck_vote_voter_is_hashed")),
        sa.CheckConstraint(LEVEL, name=op.f("ck_vote_level_known")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_vote_article_id")),
        sa.PrimaryKeyConstraint("article_id", "voter", name=op.f("pk_vote")),
    )
    op.create_index("ix_vote_given_at", "vote", ["given_at"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'corrected', 'rejected', 'spam')", name=op.f("ck_report_state_known")
        ),
        sa.CheckConstraint("length(trim(message)) > 0", name=op.f("ck_report_says_something")),
        sa.CheckConstraint(
            "(article_id IS NULL) = (edition_id IS NULL)", name=op.f("ck_report_is_about_an_edition_or_the_site")
        ),
        sa.CheckConstraint("block IS NULL OR edition_id IS NOT NULL", name=op.f("ck_report_is_placed_in_an_edition")),
        sa.CheckConstraint("(closed_at IS NULL) = (state = 'open')", name=op.f("ck_report_closed_at_a_time")),
        sa.CheckConstraint("(closed_by_id IS NULL) = (state = 'open')", name=op.f("ck_report_closed_by_somebody")),
        sa.CheckConstraint(
            "(correction_id IS NOT NULL) = (state = 'corrected')", name=op.f("ck_report_corrected_by_an_edition")
        ),
        sa.CheckConstraint(
            "state NOT IN ('answered', 'rejected') OR length(trim(answer)) > 0",
            name=op.f("ck_report_answered_in_words"),
        ),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_report_language_known")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_report_article_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_report_edition_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_report_closed_by_id")),
        sa.ForeignKeyConstraint(["correction_id"], ["edition.id"], name=op.f("fk_report_correction_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_report_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("form", name=op.f("uq_report_form")),
    )
    op.create_index("ix_report_due", "report", ["state", "due_at"], unique=False)
    op.create_index("ix_report_article", "report", ["article_id"], unique=False)
    op.create_index(
        "ix_report_contact",
        "report",
        ["closed_at"],
        unique=False,
        sqlite_where=CONTACT,
        postgresql_where=CONTACT,
    )


def downgrade() -> None:
    op.drop_index("ix_report_contact", table_name="report", sqlite_where=CONTACT, postgresql_where=CONTACT)
    op.drop_index("ix_report_article", table_name="report")
    op.drop_index("ix_report_due", table_name="report")
    op.drop_table("report")
    op.drop_index("ix_vote_given_at", table_name="vote")
    op.drop_table("vote")
    op.drop_table("tally")
