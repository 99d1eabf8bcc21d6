"""Sellers nobody knows become vendors in Intacct, each once, as far as policy and people allow."""
