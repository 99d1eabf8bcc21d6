"""The table of what Sage bills: API transactions by day, link, flow and partner."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "api_usage",
        sa.Column("company", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("flow", sa.String(length=20), nullable=False),
        sa.Column("partner", sa.String(length=120), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("company", "day", "link", "flow", "partner", name=op.f("pk_api_usage")),
    )


def downgrade() -> None:
    op.drop_table("api_usage")
