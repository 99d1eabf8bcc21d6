"""The table of processes that work by themselves."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0007"
down_revision: Final = "0006"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("seat", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("seen", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("seat", name=op.f("pk_workers")),
    )


def downgrade() -> None:
    op.drop_table("workers")
