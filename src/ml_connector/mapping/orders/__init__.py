"""Orders: found again, line by line, with units, warehouses and what became of them."""
