"""A posting may have several functions: which of them Intacct has."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0010"
down_revision: Final = "0009"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.add_column("postings", sa.Column("intacct_keys", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("postings", "intacct_keys")
