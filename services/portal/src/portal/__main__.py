"""Runs the portal: `python -m portal [serve | check]`."""

import sys

from portal.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
