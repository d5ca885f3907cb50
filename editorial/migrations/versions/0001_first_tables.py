"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


CIRCULAR = {"article": ("live_edition_id", "edition"), "edition": ("head_id", "revision")}
FINAL = ("revision", "event")  # rows of these are kept as they were written


def upgrade() -> None:
    op.create_table(
        "imprint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("outlet", sa.String(length=200), nullable=False),
        sa.Column("outlet_en", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("owner_en", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("responsible_position", sa.String(length=200), nullable=False),
        sa.Column("responsible_position_en", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("address_en", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("fax", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("licence_en", sa.String(length=200), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("notice_en", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(address)) > 0", name=op.f("ck_imprint_address_given")),
        sa.CheckConstraint("length(trim(email)) > 0", name=op.f("ck_imprint_email_given")),
        sa.CheckConstraint("length(trim(notice)) > 0", name=op.f("ck_imprint_notice_given")),
        sa.CheckConstraint("length(trim(outlet)) > 0", name=op.f("ck_imprint_outlet_given")),
        sa.CheckConstraint("length(trim(owner)) > 0", name=op.f("ck_imprint_owner_given")),
        sa.CheckConstraint("length(trim(phone)) > 0", name=op.f("ck_imprint_phone_given")),
        sa.CheckConstraint("length(trim(responsible)) > 0", name=op.f("ck_imprint_responsible_given")),
        sa.CheckConstraint(
            "length(trim(responsible_position)) > 0", name=op.f("ck_imprint_responsible_position_given")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imprint")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_imprint_valid_from")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index(
        "ix_message_waiting",
        "message",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )

    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("description_en", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("wants_endorsement", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0 AND length(slug) > 0", name=op.f("ck_section_named")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_section_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["section.id"], name=op.f("fk_section_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("slug", name=op.f("uq_section_slug")),
    )
    op.create_table(
        "slogan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_slogan_text_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slogan")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_slogan_valid_from")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("pen_name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_user_name_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("live_edition_id", sa.Integer(), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(standing = 'none') = (first_published_at IS NULL)", name=op.f("ck_article_dated_exactly_when_public")
        ),
        sa.CheckConstraint("first_published_at IS NULL OR slug <> ''", name=op.f("ck_article_public_has_an_address")),
        sa.CheckConstraint(
            "standing <> 'live' OR live_edition_id IS NOT NULL", name=op.f("ck_article_live_has_an_edition")
        ),
        sa.CheckConstraint("standing IN ('none', 'live', 'held', 'withdrawn')", name=op.f("ck_article_standing_known")),
        sa.CheckConstraint(
            "(first_published_at IS NULL) = (changed_at IS NULL)", name=op.f("ck_article_has_both_dates_or_none")
        ),
        *_circular_keys("article"),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_article_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    op.create_index("ix_article_newest", "article", ["standing", "first_published_at", "id"], unique=False)
    op.create_index(
        "ix_article_newest_in_section", "article", ["section_id", "standing", "first_published_at", "id"], unique=False
    )

    op.create_table(
        "asset",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) = 64", name=op.f("ck_asset_id_is_a_digest")),
        sa.CheckConstraint("width > 0 AND height > 0 AND size > 0", name=op.f("ck_asset_has_a_size")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_asset_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('reporter', 'editor', 'head', 'admin')", name=op.f("ck_assignment_role_known")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_assignment_section_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("user_id", "role", "section_id", name=op.f("uq_assignment_user_id_role_section_id")),
    )
    op.create_index(
        "uq_assignment_everywhere",
        "assignment",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("section_id IS NULL"),
        postgresql_where=sa.text("section_id IS NULL"),
    )

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key_hash) = 64", name=op.f("ck_sign_in_key_is_hashed")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_in_key_hash")),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("major", sa.Integer(), nullable=True),
        sa.Column("minor", sa.Integer(), nullable=True),
        sa.Column("base_edition_id", sa.Integer(), nullable=True),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_note", sa.String(length=600), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'first') = (base_edition_id IS NULL)", name=op.f("ck_edition_changes_stand_on_a_base")
        ),
        sa.CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('published', 'superseded'))",
            name=op.f("ck_edition_dated_when_published"),
        ),
        sa.CheckConstraint(
            "(release_at IS NOT NULL) = (state = 'scheduled')",
            name=op.f("ck_edition_has_a_time_exactly_when_scheduled"),
        ),
        sa.CheckConstraint("kind IN ('first', 'update', 'correction', 'fix')", name=op.f("ck_edition_kind_known")),
        sa.CheckConstraint("lane IN ('main', 'fix')", name=op.f("ck_edition_lane_known")),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'scheduled', 'published', 'superseded', 'dropped')",
            name=op.f("ck_edition_state_known"),
        ),
        sa.CheckConstraint(
            "(major IS NOT NULL) = (published_at IS NOT NULL)", name=op.f("ck_edition_numbered_at_publication")
        ),
        sa.CheckConstraint("(major IS NULL) = (minor IS NULL)", name=op.f("ck_edition_numbered_wholly")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_edition_article_id")),
        sa.ForeignKeyConstraint(["base_edition_id"], ["edition.id"], name=op.f("fk_edition_base_edition_id")),
        *_circular_keys("edition"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_edition_opened_by_id")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_edition_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("article_id", "major", "minor", name=op.f("uq_edition_article_id_major_minor")),
    )
    op.create_index("ix_edition_due", "edition", ["state", "release_at"], unique=False)
    op.create_index("ix_edition_opened_by", "edition", ["opened_by_id", "state"], unique=False)
    op.create_index("ix_edition_waiting", "edition", ["state", "waiting_since"], unique=False)
    op.create_index(
        "uq_edition_open",
        "edition",
        ["article_id", "lane"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'review', 'scheduled')"),
        postgresql_where=sa.text("state IN ('draft', 'review', 'scheduled')"),
    )
    op.create_index(
        "uq_edition_published",
        "edition",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )

    op.create_table(
        "event",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(action) > 0", name=op.f("ck_event_action_named")),
        sa.CheckConstraint("length(hash) = 64 AND length(previous) = 64", name=op.f("ck_event_is_chained")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_event_actor_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_event_article_id")),
        sa.ForeignKeyConstraint(["on_behalf_of_id"], ["user.id"], name=op.f("fk_event_on_behalf_of_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
        sa.UniqueConstraint("actor_id", "once", name=op.f("uq_event_actor_id_once")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index("ix_event_article", "event", ["article_id", "sequence"], unique=False)
    op.create_index("ix_event_subject", "event", ["subject", "sequence"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lede", sa.String(length=600), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("cover_asset", sa.String(length=64), nullable=True),
        sa.Column("cover_alt", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "origin IN ('typed', 'autosaved', 'imported', 'merged', 'restored', 'rebased')",
            name=op.f("ck_revision_origin_known"),
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_revision_has_a_digest")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(["cover_asset"], ["asset.id"], name=op.f("fk_revision_cover_asset")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_revision_edition_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["revision.id"], name=op.f("fk_revision_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_author", "revision", ["author_id", "edition_id"], unique=False)
    op.create_index("ix_revision_cover", "revision", ["cover_asset"], unique=False)
    op.create_index("ix_revision_edition", "revision", ["edition_id", "id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submitted_revision_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "decision <> 'return' OR length(trim(reason)) > 0", name=op.f("ck_round_returned_with_a_reason")
        ),
        sa.CheckConstraint(
            "decision IN ('recall', 'return', 'publish', 'schedule')", name=op.f("ck_round_decision_known")
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_round_decided_at_a_time")),
        sa.CheckConstraint("(decision IS NULL) = (digest IS NULL)", name=op.f("ck_round_decided_on_a_text")),
        sa.CheckConstraint(
            "decision IS NOT NULL OR decided_by_id IS NULL", name=op.f("ck_round_decided_by_somebody_only_when_decided")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_round_decided_by_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_round_edition_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_round_submitted_by_id")),
        sa.ForeignKeyConstraint(
            ["submitted_revision_id"], ["revision.id"], name=op.f("fk_round_submitted_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_round_edition_id_number")),
    )
    op.create_index(
        "uq_round_open",
        "round",
        ["edition_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )

    op.create_table(
        "endorsement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_endorsement_has_a_digest")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_endorsement_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_endorsement_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint("round_id", "by_id", "digest", name=op.f("uq_endorsement_round_id_by_id_digest")),
    )
    for table, (column, target) in CIRCULAR.items():
        if not _on_sqlite():
            op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["id"])
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    if _on_sqlite():
        op.execute("PRAGMA defer_foreign_keys = ON")
    for table, (column, _target) in CIRCULAR.items():
        if not _on_sqlite():
            op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
    op.drop_table("endorsement")

    op.drop_table("round")

    op.drop_table("revision")

    op.drop_table("event")

    op.drop_table("edition")

    op.drop_table("sign_in")

    op.drop_table("assignment")
    op.drop_table("asset")

    op.drop_table("article")
    op.drop_table("user")
    op.drop_table("slogan")
    op.drop_table("section")

    op.drop_table("message")
    op.drop_table("imprint")


def _on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _circular_keys(table: str) -> list[sa.ForeignKeyConstraint]:
    """SQLite takes a key to a table that comes later, and no key afterwards; PostgreSQL the other way round."""
    column, target = CIRCULAR[table]
    return [sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")] if _on_sqlite() else []


def _create_triggers() -> None:
    if _on_sqlite():
        for table in FINAL:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'a row of {table} is kept as it was written'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION keep_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a row of % is kept as it was written', TG_TABLE_NAME; END $$"
    )
    for table in FINAL:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keep_final()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_final()"
        )


def _drop_triggers() -> None:
    if _on_sqlite():
        return  # they go with their tables
    for table in FINAL:
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP FUNCTION keep_final()")
