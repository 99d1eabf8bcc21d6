"""Vendors that are created in Intacct, each once."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0012"
down_revision: Final = "0011"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "vendor_additions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.String(length=60), nullable=False),
        sa.Column("record_no", sa.String(length=40), nullable=False),
        sa.Column("approval", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=True),
        sa.Column("sent_count", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("next_look", UtcTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_vendor_additions_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_additions")),
        sa.UniqueConstraint("company", "mark", name=op.f("uq_vendor_additions_company_mark")),
    )
    op.create_index(op.f("ix_vendor_additions_link_status"), "vendor_additions", ["link", "status"])
    op.create_table(
        "vendor_addition_names",
        sa.Column("addition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["addition_id"], ["vendor_additions.id"], name=op.f("fk_vendor_addition_names_addition_id")
        ),
        sa.PrimaryKeyConstraint("addition_id", "name", name=op.f("pk_vendor_addition_names")),
    )
    op.create_index(op.f("ix_vendor_addition_names_name"), "vendor_addition_names", ["name"])


def downgrade() -> None:
    op.drop_table("vendor_addition_names")
    op.drop_table("vendor_additions")
