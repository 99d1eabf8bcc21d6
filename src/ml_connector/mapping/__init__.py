"""Decides, and touches nothing: document + rules + a slice of reference → a posting, or what is missing for it."""
