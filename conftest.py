"""Imports the packages named like a folder of this tree before pytest takes the folder for them."""

from importlib import import_module
from importlib.util import find_spec

for package in ("contracts", "chassis", "cli"):
    if find_spec(package):
        import_module(package)
