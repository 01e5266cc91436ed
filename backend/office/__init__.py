"""Day books in: read, judged, checked by a second person, sent as batches."""
