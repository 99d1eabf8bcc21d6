"""Approved prices of order lines, how documents compare with their orders, and which numbers lead to a document."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0011"
down_revision: Final = "0010"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "approved_prices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_prices")),
    )
    op.create_index(op.f("ix_approved_prices_company_line"), "approved_prices", ["company", "line"])
    op.create_table(
        "comparisons",
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_comparisons_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_comparisons")),
    )
    op.create_table(
        "document_references",
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_document_references_file_id")),
        sa.PrimaryKeyConstraint("file_id", "index", "n", name=op.f("pk_document_references")),
    )
    op.create_index(op.f("ix_document_references_folded"), "document_references", ["folded"])


def downgrade() -> None:
    op.drop_table("document_references")
    op.drop_table("comparisons")
    op.drop_table("approved_prices")
