"""The composition root: settings in, running parts out; and one object for each noun people work with."""

from ml_connector.app.composition import App, open_app

__all__ = ["App", "open_app"]
