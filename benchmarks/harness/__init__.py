"""What every measurement needs: servers, turns, statistics, and a way to tell the outcome."""
