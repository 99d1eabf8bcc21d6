"""Our copy of the reference as files for Cleo."""
