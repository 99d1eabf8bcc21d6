"""A journal entry of what is to be accrued: made of our copy, agreed to by two people, written once."""
