"""Hold and release: what held documents asked for, cross-references, due dates and discounts at stake."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import Amount, UtcTime

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "need_keys",
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_need_keys_document_id")),
        sa.PrimaryKeyConstraint("document_id", "kind", "name", name=op.f("pk_need_keys")),
    )
    op.create_index(op.f("ix_need_keys_kind_name"), "need_keys", ["kind", "name"], unique=False)
    op.create_table(
        "releases",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_releases")),
    )
    op.create_table(
        "xref",
        sa.Column("id", _ID, nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.String(length=120), nullable=False),
        sa.Column("prepared_at", UtcTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("valid_from", sa.Integer(), nullable=True),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_xref")),
    )
    for columns in (["status", "id"], ["kind", "code"], ["valid_from"], ["valid_to"]):
        name = "_".join(("ix_xref_link", *columns))
        op.create_index(op.f(name), "xref", ["link", *columns], unique=False)
    op.add_column("rule_sets", sa.Column("base", sa.Integer(), nullable=True))
    for column in (
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("discount", Amount(), nullable=True),
        sa.Column("discount_until", sa.Date(), nullable=True),
    ):
        op.add_column("documents", column)
    op.execute("UPDATE documents SET due = date")
    op.execute("UPDATE documents SET planned_rules = 0 WHERE status = 'held'")


def downgrade() -> None:
    for column in ("discount_until", "discount", "due"):
        op.drop_column("documents", column)
    op.drop_column("rule_sets", "base")
    op.drop_table("xref")
    op.drop_table("releases")
    op.drop_table("need_keys")
