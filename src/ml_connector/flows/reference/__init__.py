"""Intacct's reference as our dated copy: what is read and when, row by row, its changes and its count."""
