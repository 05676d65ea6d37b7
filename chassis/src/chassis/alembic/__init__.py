"""Where alembic finds its environment."""
