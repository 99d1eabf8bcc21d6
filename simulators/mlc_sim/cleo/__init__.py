"""A Cleo tenant on loopback: the calls of its REST API, in three layouts, and an admin surface for tests.

Run it with `python -m mlc_sim.cleo --state DIR`. What Cleo documents is served as documented; the rest (most of what
lies below /api/folders) is inferred from Harmony's conventions and marked where it is decided and in openapi.yaml.
"""
