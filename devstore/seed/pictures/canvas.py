"""The drawing table: tones, symmetrical outlines, textures and soft shadows that all pictures share.

Every picture is 800 by 1000 (or 800 by 600 for scenes), light falls from the upper left, outlines are made of tone
and not of ink, and ids are local to the file, so that the same goods always give the same text.
"""

import re
from dataclasses import dataclass, field

WIDTH, HEIGHT = 800, 1000
PAPER = "#f3eee4"
LEATHER, BRASS, STEEL, WOOD = "#8a5f3f", "#c39a53", "#aeb6b8", "#cfa878"
_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")

TEXTURES = {
    "knit": (
        14,
        16,
        '<path d="M0,2 L7,10 L14,2 M0,10 L7,18 L14,10" fill="none" stroke="#000" stroke-opacity=".13" '
        'stroke-width="2.6"/><path d="M0,-1 L7,7 L14,-1" fill="none" stroke="#fff" stroke-opacity=".12" '
        'stroke-width="2"/>',
    ),
    "rib": (
        18,
        18,
        '<path d="M4,0 V18" stroke="#000" stroke-opacity=".16" stroke-width="5"/>'
        '<path d="M12,0 V18" stroke="#fff" stroke-opacity=".13" stroke-width="5"/>',
    ),
    "fine": (
        7,
        7,
        '<path d="M2,0 V7" stroke="#000" stroke-opacity=".09" stroke-width="2"/>',
    ),
    "twill": (
        8,
        8,
        '<path d="M-2,6 L6,-2 M2,10 L10,2" stroke="#000" stroke-opacity=".08" stroke-width="1.6"/>',
    ),
    "canvas": (
        7,
        7,
        '<path d="M0,1.5 H7 M1.5,0 V7" stroke="#000" stroke-opacity=".07" stroke-width="1.4"/>'
        '<path d="M0,4.5 H7" stroke="#fff" stroke-opacity=".07" stroke-width="1.2"/>',
    ),
    "felt": (
        26,
        26,
        '<g fill="#000" fill-opacity=".09"><circle cx="4" cy="6" r="1.3"/><circle cx="17" cy="3" r="1"/>'
        '<circle cx="11" cy="15" r="1.4"/><circle cx="22" cy="19" r="1.1"/><circle cx="5" cy="22" r="1"/></g>'
        '<g fill="#fff" fill-opacity=".16"><circle cx="9" cy="9" r="1"/><circle cx="20" cy="11" r="1.3"/>'
        '<circle cx="15" cy="23" r="1"/></g>',
    ),
    "speckle": (
        40,
        40,
        '<g fill="#5a4632" fill-opacity=".4"><circle cx="7" cy="9" r="1.5"/><circle cx="28" cy="5" r="1"/>'
        '<circle cx="17" cy="24" r="1.2"/><circle cx="34" cy="31" r="1.6"/><circle cx="4" cy="35" r=".9"/></g>',
    ),
    "wood": (
        120,
        26,
        '<g fill="none" stroke="#6b4423" stroke-opacity=".2"><path d="M0,5 Q40,1 70,6 T120,5" stroke-width="1.6"/>'
        '<path d="M0,14 Q30,19 66,13 T120,14" stroke-width="1.1"/><path d="M0,22 Q50,18 80,23 T120,22"/></g>',
    ),
}


def _channels(tone: str) -> list[int]:
    return [int(tone[i : i + 2], 16) for i in (1, 3, 5)]


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0 to 1) of `other` stirred in."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def dark(tone: str, share: float = 0.25) -> str:
    """A deeper shade, towards warm black."""
    return mix(tone, "#1d1a1c", share)


def light(tone: str, share: float = 0.25) -> str:
    """A paler tint, towards warm white."""
    return mix(tone, "#fffaf0", share)


def is_pale(tone: str) -> bool:
    """Whether dark details read better on it than light ones."""
    red, green, blue = _channels(tone)
    return 0.3 * red + 0.59 * green + 0.11 * blue > 165


def mirror(path: str, axis: float = 400) -> str:
    """The same path on the other side; every coordinate must be written as an `x,y` pair."""
    return _PAIR.sub(lambda m: f"{2 * axis - float(m[1]):g},{m[2]}", path)


def symmetric(half: str, axis: float = 400) -> str:
    """Closes a half outline (M L C Q, absolute, top middle to bottom middle) with its mirror image."""
    segments = []
    for command, body in re.findall(r"([MLCQ])([^MLCQ]*)", half):
        points = [(float(a), float(b)) for a, b in _PAIR.findall(body)]
        size = {"M": 1, "L": 1, "Q": 2, "C": 3}[command]
        segments += [(command, points[i : i + size]) for i in range(0, len(points), size)]
    ends = [points[-1] for _, points in segments]
    back = []
    for i in range(len(segments) - 1, 0, -1):
        command, points = segments[i]
        turned = [*reversed(points[:-1]), ends[i - 1]]
        back.append(command + " ".join(f"{2 * axis - x:g},{y:g}" for x, y in turned))
    return half + " " + " ".join(back) + " Z"


@dataclass
class Sheet:
    """One picture in the making, in one tone. Draw back to front, then take `svg()`."""

    tone: str
    width: int = WIDTH
    height: int = HEIGHT
    is_cutout: bool = False  # drawn without its ground, to be placed in a scene
    _parts: list[str] = field(default_factory=list)
    _textures: set[str] = field(default_factory=set)

    @property
    def detail(self) -> str:
        """A colour for stitches that shows on the tone."""
        return dark(self.tone, 0.45) if is_pale(self.tone) else light(self.tone, 0.4)

    def add(self, markup: str) -> None:
        """Raw SVG, for what the other tools cannot say."""
        self._parts.append(markup)

    def body(self, path: str, fill: str | None = None, texture: str = "", shade: str = "side") -> None:
        """A filled shape with texture and light: `side` for soft goods, `round` for pots and poles, `` for none."""
        self.add(f'<path d="{path}" fill="{fill or self.tone}"/>')
        if texture:
            self._textures.add(texture)
            self.add(f'<path d="{path}" fill="url(#{texture})"/>')
        if shade:
            self.add(f'<path d="{path}" fill="url(#{shade})"/>')

    def pair(self, path: str, fill: str | None = None, texture: str = "", shade: str = "side") -> None:
        """The shape and its mirror image."""
        self.body(path, fill, texture, shade)
        self.body(mirror(path), fill, texture, shade)

    def seam(self, path: str, width: float = 3, opacity: float = 0.3, colour: str = "#1d1a1c") -> None:
        """A line pressed into the material."""
        self.add(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="{opacity:g}" stroke-width="{width:g}" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def seams(self, *paths: str, width: float = 3, opacity: float = 0.3) -> None:
        """Lines and their mirror images."""
        for path in paths:
            self.seam(path, width, opacity)
            self.seam(mirror(path), width, opacity)

    def stitch(self, path: str, colour: str | None = None, opacity: float = 0.75) -> None:
        """A dashed line of thread."""
        self.add(
            f'<path d="{path}" fill="none" stroke="{colour or self.detail}" stroke-opacity="{opacity:g}" '
            'stroke-width="2.2" stroke-dasharray="8 5" stroke-linecap="round"/>'
        )

    def fold(self, path: str, opacity: float = 0.1) -> None:
        """A crease: a soft dark wedge."""
        self.add(f'<path d="{path}" fill="#1d1a1c" fill-opacity="{opacity:g}" filter="url(#soft)"/>')

    def gleam(self, path: str, width: float = 8, opacity: float = 0.4) -> None:
        """A reflection on something smooth."""
        self.seam(path, width, opacity, "#ffffff")

    def dot(self, x: float, y: float, radius: float, fill: str, opacity: float = 1) -> None:
        """A disc."""
        self.add(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" fill-opacity="{opacity:g}"/>')

    def oval(self, x: float, y: float, across: float, down: float, fill: str, opacity: float = 1) -> None:
        """An ellipse by its half axes."""
        self.add(
            f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{fill}" fill-opacity="{opacity:g}"/>'
        )

    def button(self, x: float, y: float, radius: float = 11, fill: str = "#7a5a3c") -> None:
        """A four-hole button with its shadow."""
        self.dot(x + 2, y + 3, radius, "#1d1a1c", 0.25)
        self.dot(x, y, radius, fill)
        self.dot(x - radius * 0.2, y - radius * 0.25, radius * 0.62, light(fill, 0.18))
        for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            self.dot(x + dx * radius * 0.27, y + dy * radius * 0.27, radius * 0.13, dark(fill, 0.5))

    def zip(self, x: float, top: float, bottom: float, pull: float | None = None) -> None:
        """A closed zip with its teeth, and the pull at the top unless told."""
        self.seam(f"M{x:g},{top:g} L{x:g},{bottom:g}", 11, 0.28)
        self.add(
            f'<path d="M{x:g},{top:g} L{x:g},{bottom:g}" stroke="{light(self.tone, 0.55)}" stroke-width="5" '
            'stroke-dasharray="3 3.4"/>'
        )
        at = top if pull is None else pull
        self.add(f'<rect x="{x - 5:g}" y="{at:g}" width="10" height="30" rx="5" fill="{STEEL}"/>')
        self.add(f'<rect x="{x - 4:g}" y="{at + 26:g}" width="8" height="34" rx="4" fill="{LEATHER}"/>')

    def cast(self, path: str, dx: float = 16, dy: float = 24) -> None:
        """The shadow of something lying flat."""
        self.add(
            f'<path d="{path}" transform="translate({dx:g},{dy:g})" fill="#2a2118" fill-opacity=".2" '
            'filter="url(#blur)"/>'
        )

    def stand(self, x: float, y: float, across: float, down: float = 22) -> None:
        """The shadow of something standing."""
        self.add(
            f'<ellipse cx="{x + across * 0.14:g}" cy="{y:g}" rx="{across * 1.08:g}" ry="{down * 1.35:g}" '
            'fill="#2a2118" fill-opacity=".16" filter="url(#blur)"/>'
            f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across * 0.94:g}" ry="{down * 0.6:g}" fill="#2a2118" '
            'fill-opacity=".26" filter="url(#soft)"/>'
        )

    def turn(self, degrees: float, x: float, y: float) -> None:
        """Begins a group turned about a point; `done()` ends it."""
        self.add(f'<g transform="rotate({degrees:g} {x:g} {y:g})">')

    def done(self) -> None:
        """Ends a group."""
        self.add("</g>")

    def ground(self, floor: float | None = None) -> None:
        """The wall in a tint of the goods' tone; `floor` is the height of the table's edge, if it stands on one."""
        if self.is_cutout:
            return
        tint = (
            mix(self.tone, PAPER, 0.8) if not is_pale(self.tone) else mix(mix(self.tone, "#b9a88c", 0.5), PAPER, 0.62)
        )
        self.add(
            f'<defs><linearGradient id="wall" x1="0" y1="0" x2=".5" y2="1"><stop offset="0" '
            f'stop-color="{light(tint, 0.42)}"/><stop offset="1" stop-color="{dark(tint, 0.035)}"/></linearGradient>'
            f'<radialGradient id="glow" cx=".36" cy=".3" r=".75"><stop offset="0" stop-color="#fff" '
            'stop-opacity=".5"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>'
            f'<rect width="{self.width}" height="{self.height}" fill="url(#wall)"/>'
        )
        if floor:
            self.add(
                f'<rect y="{floor:g}" width="{self.width}" height="{self.height - floor:g}" '
                f'fill="{dark(tint, 0.075)}"/>'
                f'<rect y="{floor:g}" width="{self.width}" height="3" fill="{light(tint, 0.5)}" fill-opacity=".7"/>'
            )
        self.add(f'<rect width="{self.width}" height="{self.height}" fill="url(#glow)"/>')

    def place(self, other: "Sheet", transform: str) -> None:
        """Puts what was drawn on another sheet here, moved by an SVG transform."""
        self._textures |= other._textures
        self.add(f'<g transform="{transform}">{"".join(other._parts)}</g>')

    def svg(self, words: str) -> str:
        """The finished file; `words` say what it shows."""
        patterns = "".join(
            f'<pattern id="{name}" width="{TEXTURES[name][0]}" height="{TEXTURES[name][1]}" '
            f'patternUnits="userSpaceOnUse">{TEXTURES[name][2]}</pattern>'
            for name in sorted(self._textures)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img"><title>{words}</title><defs>{_LIGHT}{patterns}'
            f"</defs>{''.join(self._parts)}</svg>\n"
        )


_LIGHT = (
    '<linearGradient id="side"><stop offset="0" stop-color="#fff" stop-opacity=".17"/>'
    '<stop offset=".4" stop-color="#fff" stop-opacity=".02"/><stop offset=".62" stop-color="#1d1a1c" '
    'stop-opacity=".03"/><stop offset="1" stop-color="#1d1a1c" stop-opacity=".24"/></linearGradient>'
    '<linearGradient id="round"><stop offset="0" stop-color="#1d1a1c" stop-opacity=".16"/>'
    '<stop offset=".22" stop-color="#fff" stop-opacity=".26"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/>'
    '<stop offset="1" stop-color="#1d1a1c" stop-opacity=".36"/></linearGradient>'
    '<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".2"/>'
    '<stop offset=".5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#1d1a1c" stop-opacity=".26"/>'
    '</linearGradient><filter id="blur" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur '
    'stdDeviation="20"/></filter><filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur '
    'stdDeviation="6"/></filter>'
)
