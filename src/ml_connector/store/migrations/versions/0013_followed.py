"""What became in Intacct of what we posted."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import Amount, UtcTime

revision: Final = "0013"
down_revision: Final = "0012"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "followed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("born_of", sa.String(length=60), nullable=False),
        sa.Column("watched", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("total", Amount(), nullable=True),
        sa.Column("expected", Amount(), nullable=True),
        sa.Column("paid", Amount(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("expected_lines", sa.Integer(), nullable=True),
        sa.Column("bill_no", sa.BigInteger(), nullable=True),
        sa.Column("modified", UtcTime(), nullable=True),
        sa.Column("trouble", sa.String(length=12), nullable=False),
        sa.Column("is_settled", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_followed_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed")),
        sa.UniqueConstraint("document_id", "object", "key", name=op.f("uq_followed_document_id_object_key")),
    )
    op.create_index(op.f("ix_followed_company_object_key"), "followed", ["company", "object", "key"])
    op.create_index(op.f("ix_followed_link_object_is_settled"), "followed", ["link", "object", "is_settled"])
    op.create_table(
        "followed_marks",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=40), nullable=False),
        sa.Column("modified", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", "object", name=op.f("pk_followed_marks")),
    )


def downgrade() -> None:
    op.drop_table("followed_marks")
    op.drop_table("followed")
