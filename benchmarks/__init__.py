"""Measures Kiem against others: on the same servers, in the same run, in turns."""
