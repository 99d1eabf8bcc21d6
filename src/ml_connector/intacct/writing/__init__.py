"""Writing to Intacct: typed calls with the exact bytes they become, and finding them again by our mark."""
