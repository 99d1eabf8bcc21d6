"""Log lines for machines: one JSON object a line, with link and document where there is one."""

import json
import logging
from datetime import UTC, datetime
from typing import Final

_NAMES: Final = ("link", "kind", "generation", "document", "status", "system")


class JsonFormatter(logging.Formatter):
    """Keys are `at`, `level`, `logger`, `message`, then what the line is about, then `error` with a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: getattr(record, name) for name in _NAMES if hasattr(record, name)}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def log_to_standard_error() -> None:
    """Ours from INFO on, what others have to say from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("ml_connector").setLevel(logging.INFO)
