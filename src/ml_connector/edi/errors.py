"""What the library raises; everything wrong inside a file is a finding instead.

EdiError
└── NotReadable    reread: the slices are not an ISA, a GS and a set; read the whole file again
"""


class EdiError(Exception):
    """Root of the errors of this library."""


class NotReadable(EdiError):
    """The slices handed to `reread` are not what `read` found: cut them out of the original bytes again."""
