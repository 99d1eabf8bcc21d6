"""Which attachment the records of a posting name, or why they name none."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0014"
down_revision: Final = "0013"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.add_column(
        "postings", sa.Column("attachment", sa.String(length=100), nullable=False, server_default="")
    )
    op.add_column("postings", sa.Column("unattached", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("postings", "unattached")
    op.drop_column("postings", "attachment")
