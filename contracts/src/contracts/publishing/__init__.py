"""What the contracts publish about themselves: schemas, their history, AsyncAPI, a page."""
