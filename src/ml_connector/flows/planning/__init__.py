"""The plan step on a slice of documents: open, ask, decide, note, store. Each module is one of these steps."""
