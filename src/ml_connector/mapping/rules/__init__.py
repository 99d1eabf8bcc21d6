"""The rules people write: read, checked, and told in words."""
