"""What the library raises; everything wrong inside a file is a finding instead.

EdiError
├── NotReadable       reread: the slices are not an ISA, a GS and a set; read the whole file again
├── OverlayInvalid    a partner's overlay does not fit the schema: correct the key the message names
└── PolicyInvalid     a policy cannot be used: correct what the message names
"""


class EdiError(Exception):
    """Root of the errors of this library."""


class NotReadable(EdiError):
    """The slices handed to `reread` are not what `read` found: cut them out of the original bytes again."""


class OverlayInvalid(EdiError):
    """A partner's overlay does not fit the schema: correct the key the message names."""


class PolicyInvalid(EdiError):
    """A policy cannot be used: correct what the message names."""
