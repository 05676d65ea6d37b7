"""One module for each question that is measured; each has `measure`."""
