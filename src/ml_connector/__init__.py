"""Joins Cleo Integration Cloud and Sage Intacct: EDI documents become finance records, each exactly once."""
