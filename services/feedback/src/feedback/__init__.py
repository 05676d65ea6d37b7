"""Who reviews an idea, by which criteria, and what they answered."""
