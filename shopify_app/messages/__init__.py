"""Messages to people: composed from what happened, one for each cause, sent at most once."""
