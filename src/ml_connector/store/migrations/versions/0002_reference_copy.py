"""The copy of reference is taken page by page: open versions, watermarks, turns, and changes that wait for a person."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY: Final = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")
_INDEXES: Final = (["company", "kind", "record_no"], ["valid_from"], ["valid_to"])


def upgrade() -> None:
    with op.batch_alter_table("reference_versions") as versions:
        versions.add_column(sa.Column("completed_at", UtcTime(), nullable=True))
    op.execute(sa.text('UPDATE reference_versions SET completed_at = "at"'))
    with op.batch_alter_table("reference") as rows:
        rows.alter_column("kind", existing_type=sa.String(20), type_=sa.String(40), existing_nullable=False)
        rows.alter_column("key", existing_type=sa.String(120), type_=_KEY, existing_nullable=False)
        rows.add_column(sa.Column("record_no", sa.BigInteger(), nullable=False, server_default="0"))
        rows.add_column(sa.Column("sha256", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("reference") as rows:
        rows.alter_column("record_no", existing_type=sa.BigInteger(), server_default=None)
        rows.alter_column("sha256", existing_type=sa.String(64), server_default=None)
    for columns in _INDEXES:
        op.create_index(op.f(f"ix_reference_{'_'.join(columns)}"), "reference", columns)
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "reference_seen",
        sa.Column("company", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("company", "kind", "reference_id", name=op.f("pk_reference_seen")),
    )
    op.create_table(
        "reference_turns",
        sa.Column("company", sa.String(60), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_reference_turns")),
    )
    op.create_table(
        "reference_watermarks",
        sa.Column("company", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("modified", UtcTime(), nullable=True),
        sa.Column("noticed_at", UtcTime(), nullable=True),
        sa.Column("record_no", sa.BigInteger(), nullable=False),
        sa.Column("last_delta", UtcTime(), nullable=True),
        sa.Column("last_full", UtcTime(), nullable=True),
        sa.Column("last_count", UtcTime(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company", "kind", name=op.f("pk_reference_watermarks")),
    )
    op.create_table(
        "reference_approvals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("company", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("approved", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_approvals")),
    )
    for columns in (["company", "kind", "key"], ["company", "status"]):
        op.create_index(op.f(f"ix_reference_approvals_{'_'.join(columns)}"), "reference_approvals", columns)


def downgrade() -> None:
    for table in ("reference_approvals", "reference_watermarks", "reference_turns", "reference_seen"):
        op.drop_table(table)
    for columns in _INDEXES:
        op.drop_index(op.f(f"ix_reference_{'_'.join(columns)}"), "reference")
    with op.batch_alter_table("reference") as rows:
        rows.drop_column("sha256")
        rows.drop_column("record_no")
        rows.alter_column("key", existing_type=_KEY, type_=sa.String(120), existing_nullable=False)
        rows.alter_column("kind", existing_type=sa.String(40), type_=sa.String(20), existing_nullable=False)
    with op.batch_alter_table("reference_versions") as versions:
        versions.drop_column("completed_at")
