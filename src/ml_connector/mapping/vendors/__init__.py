"""Who the vendor of a document is, where it may be paid, and what a new one would be."""
