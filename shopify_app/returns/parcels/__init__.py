"""How goods travel back: labels bought or brought along, the parcels that carry them, and where they go."""
