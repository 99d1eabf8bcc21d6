"""The commented files that `ml-connector init` writes."""
