"""What the facts add up to, and about no one."""
