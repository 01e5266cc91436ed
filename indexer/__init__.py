"""From the logs of the chain to the books of the cooperative."""
