"""Work on what shoppers ask of the shop: whose it is, by when it is answered, in which words, and many at once.

Nothing here knows what a case is about: rows name it by its kind and its id (`Subject`). Returns are the first kind;
what asks like them joins by a name in `CaseKind`.
"""
