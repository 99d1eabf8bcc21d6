"""Whether a document was here before, under its own number or another."""
