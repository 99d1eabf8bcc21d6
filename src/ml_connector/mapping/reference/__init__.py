"""Intacct's reference: the slice a plan is made from, what its changes mean, and the tables that are published."""
