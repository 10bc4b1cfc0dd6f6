"""Goods accepted at less or refused: what the shopper is asked, what they answer, and what goes back to them."""
