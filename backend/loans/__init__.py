"""What goes with a loan off the chain: the agreement's document."""
