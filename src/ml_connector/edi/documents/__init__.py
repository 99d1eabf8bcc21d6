"""Typed documents: what the segments of a transaction set mean."""
