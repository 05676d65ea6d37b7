"""One new idea, followed live through every service."""
