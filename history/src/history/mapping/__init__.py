"""The language in which an organisation says what its own history and usage mean in Kiem."""
