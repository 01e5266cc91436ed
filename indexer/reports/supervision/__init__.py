"""What supervisors ask: ratios, scores, limits, dated duties, the package of a month."""
