"""How Alembic runs: on the running application's own engine, the whole upgrade in one transaction."""

from alembic import context

from editorial.db import db, writing


def run() -> None:
    with writing(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=False,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
