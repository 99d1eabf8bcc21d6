"""The frozen types every layer shares: statuses, keys, needs, postings, provenance, audit entries."""
