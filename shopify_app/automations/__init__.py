"""When this happens, and if that is so, then do this: the shop's own rules, beside its return policy."""
