"""Log lines: one JSON object each for machines, or a line of text for people; each says what it is about."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ml_connector.cli.foreign_text import escape
from ml_connector.engine.current import name_current

_ALWAYS: Final = ("link", "document")
_SOMETIMES: Final = ("kind", "generation", "status", "system")


class JsonFormatter(logging.Formatter):
    """Keys are `at`, `level`, `logger`, `message`, `link`, `document`, more of what the line is about, `error`.

    `link` and `document` are always there, null in a line that is about none; `error` is a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        about = _find_subject(record)
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: about.get(name) for name in _ALWAYS}
        said |= {name: about[name] for name in _SOMETIMES if name in about}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """`2031-03-14 12:00:01 info main/poll #12: Q-204411 posted`; what others wrote can do nothing to a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        about = _find_subject(record)
        places = [str(about[name]) for name in ("link", "kind") if name in about]
        words = [f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S}", record.levelname.lower()]
        words += ["/".join(places)] if places else []
        words += [f"#{about['document']}"] if "document" in about else []
        line = escape(f"{' '.join(words)}: {record.getMessage()}")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _find_subject(record: logging.LogRecord) -> Mapping[str, object]:
    """What the line itself says it is about, else the job that is done now."""
    said = {name: getattr(record, name) for name in (*_ALWAYS, *_SOMETIMES) if hasattr(record, name)}
    return {**name_current(), **said}


def log_to_standard_error(*, as_json: bool) -> None:
    """Ours from INFO on, what others have to say from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("ml_connector").setLevel(logging.INFO)
