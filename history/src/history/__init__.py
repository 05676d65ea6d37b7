"""From the lines of somebody's history to steps in the lives of ideas."""
