"""Parcels: where they are, when they arrive, and how sure we are."""
