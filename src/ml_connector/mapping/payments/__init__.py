"""Payments that remittances tell of: the bills they pay and what they keep back."""
