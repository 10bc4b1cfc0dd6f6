"""A draft policy held against the one in force, over the orders and returns that were: `rehearse` does it, `answer`
says what came of it. people, rows and made read; views, lines and returns judge (pure); words and document tell."""
