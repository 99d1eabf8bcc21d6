"""The story: how EDI becomes records in Intacct, and how Intacct's reference becomes our dated copy."""
