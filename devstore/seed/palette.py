"""The colours goods are sold in: one name for people, one slug for addresses, one tone for the pictures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """A colour of the range: `slug` in picture addresses, `name` as option value, `tone` as #rrggbb."""

    slug: str
    name: str
    tone: str


COLOURS = {
    slug: Colour(slug, name, tone)
    for slug, name, tone in [
        ("forest", "Forest green", "#47604f"),
        ("moss", "Moss", "#838a5b"),
        ("rust", "Rust", "#b4603a"),
        ("ochre", "Ochre", "#d2a13f"),
        ("sand", "Sand", "#d0bd9b"),
        ("ecru", "Ecru", "#e6dcc8"),
        ("oat", "Oat", "#ded0b6"),
        ("charcoal", "Charcoal", "#4b5054"),
        ("navy", "Navy", "#364866"),
        ("sky", "Sky blue", "#93afc2"),
        ("brick", "Brick red", "#a04a41"),
        ("rose", "Dusty rose", "#cda49b"),
        ("slate", "Slate", "#7b8a92"),
        ("black", "Black", "#34363a"),
        ("walnut", "Walnut", "#785541"),
        ("tan", "Tan", "#bd8a58"),
        ("white", "White", "#f3f0e8"),
    ]
}
