"""How a policy is written: a draft that a shop's people share, its rules moved and changed, published, brought back."""
