"""Members' meetings: a notice and its papers, sent to the chain."""
