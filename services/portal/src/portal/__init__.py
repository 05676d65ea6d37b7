"""The pages that people use: they hold no facts, and ask the services in their reader's name."""
