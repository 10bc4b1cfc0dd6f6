"""One day of a shop, counted from the rows of other rooms."""
