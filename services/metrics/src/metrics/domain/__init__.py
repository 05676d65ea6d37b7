"""What the numbers mean: pure functions from facts to numbers, and the register of them."""
