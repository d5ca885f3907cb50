"""How Alembic runs: on the running application's own engine, the whole upgrade in one transaction."""

from alembic import context
from flask import current_app

from editorial.db import writing

migrate = current_app.extensions["migrate"]


def run() -> None:
    with writing(), migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            transaction_per_migration=False,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
