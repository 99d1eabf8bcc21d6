"""Goods and invoices held against their orders, line by line."""
