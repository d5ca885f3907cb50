"""the register of documents, and which numbers the published articles cite"""

import json

import sqlalchemy as sa
from alembic import op

from editorial import citations, markup

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = (
    "'law', 'ordinance', 'decree', 'circular', 'resolution', 'decision', 'directive', 'conclusion', 'regulation', "
    "'programme', 'plan', 'guidance', 'notice', 'proposal', 'report', 'letter', 'invitation', 'other'"
)


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("issuer_key", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_document_state_known")),
        sa.CheckConstraint(
            "state = 'draft' OR (approved IS NOT NULL AND slug <> '')", name=op.f("ck_document_public_has_an_address")
        ),
        sa.CheckConstraint("approved IS NULL OR approved <= head", name=op.f("ck_document_approved_is_a_version")),
        sa.CheckConstraint("(approved IS NULL) = (published_at IS NULL)", name=op.f("ck_document_dated_when_approved")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("key", "issuer_key", "year", name=op.f("uq_document_key_issuer_key_year")),
    )
    op.create_index("ix_document_state", "document", ["state", "changed_at"], unique=False)
    op.create_table(
        "document_version",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issuer_key", sa.String(length=200), nullable=False),
        sa.Column("signer", sa.String(length=120), nullable=False),
        sa.Column("signer_position", sa.String(length=160), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("abstract", sa.String(length=1500), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_document_version_kind_known")),
        sa.CheckConstraint("length(trim(number)) > 0", name=op.f("ck_document_version_numbered")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_document_version_author_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_version_document_id")),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_document_version")),
    )
    op.create_index("ix_document_version_issued", "document_version", ["issued_on", "document_id"], unique=False)
    op.create_index("ix_document_version_key", "document_version", ["key"], unique=False)
    op.create_table(
        "document_file",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=130), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_document_file_digest_whole")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_file_has_a_size")),
        sa.CheckConstraint("form IN ('pdf', 'docx', 'xlsx', 'odt')", name=op.f("ck_document_file_form_known")),
        sa.ForeignKeyConstraint(
            ["document_id", "ordinal"],
            ["document_version.document_id", "document_version.ordinal"],
            name=op.f("fk_document_file_document_id_ordinal"),
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", "position", name=op.f("pk_document_file")),
        sa.UniqueConstraint(
            "document_id", "ordinal", "digest", name=op.f("uq_document_file_document_id_ordinal_digest")
        ),
    )
    op.create_table(
        "document_replacement",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("replaced_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("document_id <> replaced_id", name=op.f("ck_document_replacement_of_another")),
        sa.ForeignKeyConstraint(
            ["document_id", "ordinal"],
            ["document_version.document_id", "document_version.ordinal"],
            name=op.f("fk_document_replacement_document_id_ordinal"),
        ),
        sa.ForeignKeyConstraint(["replaced_id"], ["document.id"], name=op.f("fk_document_replacement_replaced_id")),
        sa.PrimaryKeyConstraint("document_id", "ordinal", "replaced_id", name=op.f("pk_document_replacement")),
    )
    op.create_index("ix_document_replacement_replaced", "document_replacement", ["replaced_id"], unique=False)
    op.create_table(
        "citation",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_citation_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "key", name=op.f("pk_citation")),
    )
    op.create_index("ix_citation_key", "citation", ["key"], unique=False)
    _note_citations()
    _create_triggers()


def downgrade() -> None:
    op.drop_index("ix_citation_key", table_name="citation")
    op.drop_table("citation")
    op.drop_index("ix_document_replacement_replaced", table_name="document_replacement")
    op.drop_table("document_replacement")
    op.drop_table("document_file")
    op.drop_index("ix_document_version_key", table_name="document_version")
    op.drop_index("ix_document_version_issued", table_name="document_version")
    op.drop_table("document_version")  # its triggers go with it
    op.drop_index("ix_document_state", table_name="document")
    op.drop_table("document")


def _note_citations() -> None:
    """Those of the texts that are published already; from now on, publishing notes them."""
    connection = op.get_bind()
    published = sa.text(
        "SELECT e.id, r.text FROM edition e JOIN revision r ON r.id = e.head_id WHERE e.state = 'published'"
    )
    table = sa.table("citation", sa.column("edition_id", sa.Integer), sa.column("key", sa.String))
    for edition_id, text in connection.execute(published).all():
        body = json.loads(text).get("body", "")
        if found := citations.keys(markup.to_text(body)):
            connection.execute(sa.insert(table), [{"edition_id": edition_id, "key": key} for key in sorted(found)])


def _create_triggers() -> None:
    """A version is kept as it was written, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER document_version_no_{verb.lower()} BEFORE {verb} ON document_version "
                "BEGIN SELECT RAISE(ABORT, 'a row of document_version is kept as it was written'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER document_version_no_change BEFORE UPDATE OR DELETE ON document_version "
        "FOR EACH ROW EXECUTE FUNCTION keep_final()"
    )
    op.execute(
        "CREATE TRIGGER document_version_no_truncate BEFORE TRUNCATE ON document_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_final()"
    )
