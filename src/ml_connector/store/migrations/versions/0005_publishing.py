"""The tables of what is published to Cleo, and of what Cleo tells us of partners."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", _ID, nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=True),
        sa.Column("upto_version", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("upserts", sa.Integer(), nullable=False),
        sa.Column("deletes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("remote_id", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("link", "file", name=op.f("uq_publications_link_file")),
    )
    op.create_index(op.f("ix_publications_link_kind_form_id"), "publications", ["link", "kind", "form", "id"])
    op.create_index(op.f("ix_publications_link_status"), "publications", ["link", "status"])
    op.create_table(
        "partner_connections",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("vendor", sa.String(length=60), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.String(length=255), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", "vendor", name=op.f("pk_partner_connections")),
    )
    op.create_table(
        "cleo_partners",
        sa.Column("id", _ID, nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("vendor", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("since", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_cleo_partners_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleo_partners")),
        sa.UniqueConstraint("link", "origin", "key", name=op.f("uq_cleo_partners_link_origin_key")),
    )
    op.create_index(op.f("ix_cleo_partners_link_status"), "cleo_partners", ["link", "status"])


def downgrade() -> None:
    op.drop_table("cleo_partners")
    op.drop_table("partner_connections")
    op.drop_table("publications")
