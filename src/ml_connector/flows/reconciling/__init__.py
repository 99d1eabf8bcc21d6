"""What became in Intacct of what was posted: followed, compared, and said where it is not as it was."""
