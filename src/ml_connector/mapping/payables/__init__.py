"""What bills and adjustments are made of: amounts, coding, taxes, terms, lines and reasons."""
