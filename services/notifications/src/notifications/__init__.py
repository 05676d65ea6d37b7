"""One feedback loop per idea: promised, reminded, broken openly, escalated, and told."""
