"""What is remembered: one door, `with store.begin() as work:`; the only package that speaks SQL.

Each block is one transaction; it must not talk to the network. No statement, row or connection leaves here.
"""

from ml_connector.store.opening import Store, StoreUnusable, open_store
from ml_connector.store.work import Work

__all__ = ["Store", "StoreUnusable", "Work", "open_store"]
