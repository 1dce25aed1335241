"""Customers, their orders, and the lines of these."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM, JSONB

revision = "0001"
down_revision = None

STATUS = ENUM("open", "paid", name="order_status")


def _parent(name: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{name}s.id", ondelete="CASCADE")
    return sa.Column(f"{name}_id", sa.Integer, key, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("preferences", JSONB, nullable=False, server_default="{}"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("customer"),
        sa.Column("status", STATUS, nullable=False, server_default="open"),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("order"),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, sa.CheckConstraint("quantity > 0"), nullable=False),
        sa.Column("cents", sa.Integer, nullable=False),
        sa.UniqueConstraint("order_id", "product"),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("order_lines", "orders", "customers"):
        op.drop_table(table)
    STATUS.drop(op.get_bind())
