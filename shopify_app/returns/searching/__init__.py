"""What a return is found by: its items' names, whoever it is of, and where its order went."""
