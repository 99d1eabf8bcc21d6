"""What the exit status of a command means. Scripts rely on it; `docs/reference/cli.md` lists it."""

from enum import IntEnum


class Exit(IntEnum):
    """0 and 2 are what every program means by them."""

    DONE = 0  #: done; what is held waits for people, and nothing is in doubt
    FAULT = 1  #: a fault of ours: please report it
    USAGE = 2  #: the command line was not understood, or names something that is not there
    CONFIG = 3  #: the configuration or the store cannot be used; each problem was named
    UNREACHED = 4  #: Cleo or Intacct could not be reached or refused us; run again
    UNBALANCED = 5  #: the balance does not hold; the records that disagree were named
    IN_DOUBT = 6  #: something sent is not known to have arrived; run again when the time printed has come
    FINDINGS = 7  #: what was checked must not be used, or a person must look first; each finding was named
