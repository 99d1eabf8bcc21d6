"""By which part of a profile a Cleo tenant was found not to offer something."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.add_column("capabilities", sa.Column("shape", sa.String(length=16), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("capabilities", "shape")
