"""The layouts that ship with the product, as data."""
