"""The reading functions besides `query` (Intacct documentation, 'Generic functions')."""

from collections.abc import Sequence

from ml_connector.intacct.markup import branch, leaf


def quote(text: str) -> str:
    """A text as the condition of `readByQuery` wants it: in single quotes, apostrophes behind a backslash."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def render_read(name: str, object_: str, keys: Sequence[str], fields: Sequence[str]) -> str:
    """`read` or `readByName`."""
    return branch(
        name, leaf("object", object_), leaf("keys", ",".join(keys)), leaf("fields", ",".join(fields))
    )


def render_read_by_query(object_: str, where: str, fields: Sequence[str], pagesize: int) -> str:
    return branch(
        "readByQuery",
        leaf("object", object_),
        leaf("query", where),
        leaf("fields", ",".join(fields)),
        leaf("pagesize", str(pagesize)),
    )


def render_read_more(result_id: str) -> str:
    """By the id of the result: by object it would be the session's last query, perhaps another thread's."""
    return branch("readMore", leaf("resultId", result_id))


def render_lookup(object_: str, document: str) -> str:
    return branch("lookup", leaf("object", object_), leaf("docparid", document) if document else "")


def render_inspect(object_: str) -> str:
    """In detail for one object; the names alone for `*`."""
    detail = "" if object_ == "*" else ' detail="1"'
    return f"<inspect{detail}>{leaf('object', object_)}</inspect>"
