"""The tables of what is to be done by itself."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("last", UtcTime(), nullable=True),
        sa.Column("wanted", UtcTime(), nullable=True),
        sa.Column("paused", UtcTime(), nullable=True),
        sa.Column("paused_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("link", "kind", name=op.f("pk_schedules")),
    )
    op.create_table(
        "jobs",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=False),
        sa.Column("handed", UtcTime(), nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("started", UtcTime(), nullable=True),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", "kind", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_state_not_before"), "jobs", ["state", "not_before"])
    op.create_table(
        "gateway_slots",
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("job", sa.String(length=120), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "n", name=op.f("pk_gateway_slots")),
    )
    op.create_table(
        "circuits",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("system", sa.String(length=12), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_since", UtcTime(), nullable=True),
        sa.Column("next_try", UtcTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", "system", name=op.f("pk_circuits")),
    )


def downgrade() -> None:
    op.drop_table("circuits")
    op.drop_table("gateway_slots")
    op.drop_table("jobs")
    op.drop_table("schedules")
