"""The statutory withdrawal from a contract: the law (pure), what was declared, and what becomes of the order."""
