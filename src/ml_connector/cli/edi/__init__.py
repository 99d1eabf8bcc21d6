"""`ml-connector edi …`: files of EDI read, shown, checked and split."""
