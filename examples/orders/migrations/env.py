"""Alembic's environment: it takes the connection that it is given, or else a URL."""

from alembic import context
from sqlalchemy import Connection, create_engine

from orders.models import Base


def migrate(connection: Connection) -> None:
    """Run the migrations, as one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    migrate(given)
else:
    url = context.config.get_main_option("sqlalchemy.url") or ""
    with create_engine(url).connect() as connection:
        migrate(connection)
