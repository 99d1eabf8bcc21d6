"""Time: when things happen. Knows no business word."""
