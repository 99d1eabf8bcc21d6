"""The names and paths under which all calls stand, as the setting `layout` has it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mlc_sim.cleo.renamed import ROOT, read_renamed, write_renamed
from mlc_sim.cleo.settings import Layout
from mlc_sim.serving import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How requests are read, answers written and uploads taken."""

    root: str = "/api"  #: what all paths begin with
    hidden: tuple[str, ...] = ()  #: patterns of our own paths that are not served
    multipart_field: str = "file"
    takes_raw: bool = True  #: an upload may be the bytes alone
    takes_multipart: bool = True
    read: Callable[[Request], Request] = lambda request: request
    write: Callable[[Response], Response] = lambda response: response

    def serves(self, path: str) -> bool:
        return not any(re.fullmatch(pattern, path) for pattern in self.hidden)


#: That Harmony has no folders is documented by its calls; that a tenant of the cloud has no files below connections is inferred.
DIALECTS: Final[Mapping[Layout, Dialect]] = {
    Layout.BOTH: Dialect(),
    Layout.CIC_FOLDERS: Dialect(hidden=(r"/api/connections/[^/]+/(incoming|outgoing).*",)),
    Layout.HARMONY_CONNECTION: Dialect(hidden=(r"/api/folders.*",), takes_multipart=False),
    Layout.RENAMED: Dialect(
        root=ROOT, multipart_field="document", takes_raw=False, read=read_renamed, write=write_renamed
    ),
}
