"""A small service on which the tests of the chassis play: it remembers what it was told."""
