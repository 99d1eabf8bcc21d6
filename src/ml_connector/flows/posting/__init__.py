"""Ready postings become records in Intacct, each once."""
