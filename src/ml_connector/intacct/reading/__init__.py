"""Reading from Intacct: queries, records by key or name, definitions, changes and deletions."""
