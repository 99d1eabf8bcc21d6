"""What changed of late is found without reading all that ever came."""

from typing import Final

from alembic import op

revision: Final = "0015"
down_revision: Final = "0014"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_index(op.f("ix_documents_link_updated_at"), "documents", ["link", "updated_at"])
    for moment in ("valid_from", "valid_to"):
        op.create_index(op.f(f"ix_reference_company_{moment}"), "reference", ["company", moment])
        op.drop_index(op.f(f"ix_reference_{moment}"), "reference")


def downgrade() -> None:
    for moment in ("valid_from", "valid_to"):
        op.create_index(op.f(f"ix_reference_{moment}"), "reference", [moment])
        op.drop_index(op.f(f"ix_reference_company_{moment}"), "reference")
    op.drop_index(op.f("ix_documents_link_updated_at"), "documents")
