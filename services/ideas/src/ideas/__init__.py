"""Where ideas live: submitted, revised, piloted, realised."""
