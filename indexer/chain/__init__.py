"""Logs in: endpoints, fetching in closed ranges, proofs against headers, decoding."""
