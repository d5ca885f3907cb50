"""what stands round the articles: blocks, links, slides, notices, old addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("text_en", sa.String(length=600), nullable=False),
        sa.Column("successor_url", sa.String(length=2000), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_archive_explained")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_archive_valid_from")),
    )
    op.create_table(
        "link_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_link_group_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_group")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("text_en", sa.String(length=600), nullable=False),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_outage_ends_after_it_begins")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_outage_explained")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=1000), nullable=False),
        sa.Column("target", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "source LIKE '/%' AND target LIKE '/%' AND target NOT LIKE '//%'",
            name=op.f("ck_redirect_stays_on_this_site"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirect")),
        sa.UniqueConstraint("source", name=op.f("uq_redirect_source")),
    )
    op.create_index("ix_redirect_any_case", "redirect", [sa.text("lower(source)")], unique=False)
    op.create_table(
        "slideshow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("on_home", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_slideshow_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slideshow")),
    )
    op.create_table(
        "home_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("number_shown", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('lead', 'list', 'pictures', 'most-read')", name=op.f("ck_home_block_kind_known")),
        sa.CheckConstraint("number_shown BETWEEN 1 AND 20", name=op.f("ck_home_block_shows_some")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_home_block_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_block")),
    )
    op.create_index("ix_home_block_order", "home_block", ["position", "id"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name=op.f("ck_link_leads_to_the_web")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_link_named")),
        sa.ForeignKeyConstraint(["group_id"], ["link_group.id"], name=op.f("fk_link_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_table(
        "slide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slideshow_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("caption", sa.String(length=600), nullable=False),
        sa.Column("credit", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(alt)) > 0", name=op.f("ck_slide_described")),
        sa.CheckConstraint("length(trim(caption)) > 0", name=op.f("ck_slide_captioned")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_slide_asset_id")),
        sa.ForeignKeyConstraint(["slideshow_id"], ["slideshow.id"], name=op.f("fk_slide_slideshow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slide")),
        sa.UniqueConstraint("slideshow_id", "caption", name=op.f("uq_slide_slideshow_id_caption")),
    )


def downgrade() -> None:
    op.drop_table("slide")
    op.drop_table("link")
    op.drop_index("ix_home_block_order", table_name="home_block")
    op.drop_table("home_block")
    op.drop_table("slideshow")
    op.drop_index("ix_redirect_any_case", table_name="redirect")
    op.drop_table("redirect")
    op.drop_table("outage")
    op.drop_table("link_group")
    op.drop_table("archive")
