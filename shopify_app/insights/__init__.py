"""What a shop's figures say: counted day by day (`counting`), each with one definition (`measures`), read by range."""
