"""One file for each way of a document into Intacct: from what to what."""
