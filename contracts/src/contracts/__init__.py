"""The language that Kiem's services share: events, how they travel, and what they must not tell."""
