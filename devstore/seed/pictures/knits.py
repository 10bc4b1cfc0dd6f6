"""Sweaters and base layers, on the body that the jackets wear."""

from math import cos, sin

from devstore.seed.pictures.canvas import Sheet, dark, is_pale, light, mirror, mix, symmetric
from devstore.seed.pictures.tops import CUFF, SHORT_SLEEVE, base, creases, inside, torso


def _rib_hem(sheet: Sheet, hem: float = 770, wide: float = 152) -> None:
    band = symmetric(
        f"M400,{hem} L{400 + wide},{hem - 8} C{400 + wide},{hem + 24} {400 + wide - 6},{hem + 50} "
        f"{400 + wide - 8},{hem + 58} L400,{hem + 66}"
    )
    sheet.body(band, dark(sheet.tone, 0.05), "rib")
    sheet.seam(f"M{400 - wide},{hem - 8} Q400,{hem + 10} {400 + wide},{hem - 8}", 3, 0.22)
    sheet.pair(CUFF, dark(sheet.tone, 0.05), "rib")
    sheet.seams("M682,748 L604,766", opacity=0.25)


def _crew(sheet: Sheet) -> None:
    inside(sheet, 268)
    band = "M318,206 C330,290 470,290 482,206 L464,200 C452,256 348,256 336,200 Z"
    sheet.body(band, light(sheet.tone, 0.05), "rib")
    sheet.seam("M318,208 C330,292 470,292 482,208", 3, 0.22)


def rib_sweater(sheet: Sheet) -> None:
    """Full-cardigan rib all over."""
    base(sheet, "rib", torso(784, 150))
    creases(sheet)
    sheet.seams("M474,226 C500,270 530,330 534,420", width=4, opacity=0.24)
    _rib_hem(sheet)
    _crew(sheet)


def yoke_sweater(sheet: Sheet) -> None:
    """A round yoke in natural shades."""
    base(sheet, "knit", torso(784, 150))
    creases(sheet)
    pale, deep = ("#5b5248", "#8b4a3c") if is_pale(sheet.tone) else ("#efe6d4", mix(sheet.tone, "#1d1a1c", 0.45))
    sheet.add('<clipPath id="front"><path d="' + torso(784, 150) + '"/></clipPath><g clip-path="url(#front)">')
    for ring, (radius, tone) in enumerate([(128, pale), (158, deep), (196, pale), (226, deep)]):
        y, step = 205, 0.125 - ring * 0.012
        sheet.add(_ring(400, y, radius, tone, step, 10 if ring % 2 else 13))
    sheet.add(f'<circle cx="400" cy="205" r="176" fill="none" stroke="{pale}" stroke-width="6"/>')
    sheet.add(
        f'<circle cx="400" cy="205" r="244" fill="none" stroke="{pale}" stroke-width="5" stroke-dasharray="9 9"/>'
    )
    sheet.add("</g>")
    _rib_hem(sheet)
    sheet.add(
        f'<path d="M250,742 Q400,760 550,742" fill="none" stroke="{pale}" stroke-width="7" stroke-dasharray="9 9"/>'
    )
    for side in ("M676,716 L604,732", mirror("M676,716 L604,732")):
        sheet.add(f'<path d="{side}" stroke="{pale}" stroke-width="7" stroke-dasharray="9 9"/>')
    _crew(sheet)


def _ring(x: float, y: float, radius: float, tone: str, step: float, size: float) -> str:
    """Small lozenges around a circle."""
    marks = []
    count = int(3.14159 / step)
    for i in range(count + 1):
        angle = 3.14159 * i / count
        px, py = x + radius * cos(angle), y + radius * sin(angle)
        marks.append(
            f"M{px:.1f},{py - size:.1f} l{size * 0.7:.1f},{size} l-{size * 0.7:.1f},{size} l-{size * 0.7:.1f},-{size} Z"
        )
    return f'<path d="{"".join(marks)}" fill="{tone}"/>'


def cable_sweater(sheet: Sheet) -> None:
    """Three cables down the front."""
    base(sheet, "knit", torso(784, 150))
    creases(sheet)
    for x in (310, 400, 490):
        sheet.seam(
            f"M{x - 34},{290 if x == 400 else 262} L{x - 34},766 M{x + 34},{290 if x == 400 else 262} L{x + 34},766",
            4,
            0.2,
        )
        for y in range(280 if x != 400 else 300, 740, 60):
            strand = f"M{x - 20},{y} C{x - 20},{y + 30} {x + 20},{y + 30} {x + 20},{y + 60}"
            other = f"M{x + 20},{y} C{x + 20},{y + 30} {x - 20},{y + 30} {x - 20},{y + 60}"
            for path in (strand, other):
                sheet.seam(path, 24, 0.16)
                sheet.seam(path, 17, 1, light(sheet.tone, 0.08))
    _rib_hem(sheet)
    _crew(sheet)


def roll_neck(sheet: Sheet) -> None:
    """Fine gauge, folded neck."""
    base(sheet, "fine", torso(790, 142, 62))
    creases(sheet)
    neck = symmetric("M400,128 C436,128 456,134 462,146 C468,180 468,214 464,250 C440,266 420,268 400,268")
    sheet.fold("M334,252 Q400,296 466,252 L470,280 Q400,318 330,280 Z", 0.18)
    sheet.body(neck, light(sheet.tone, 0.05), "fine")
    sheet.oval(400, 142, 56, 13, dark(sheet.tone, 0.45))
    sheet.seam("M338,246 Q400,280 462,246", 4, 0.26)
    sheet.seam("M336,200 Q400,226 464,200", 2, 0.12)
    _rib_hem(sheet, 762, 144)


def cardigan(sheet: Sheet) -> None:
    """V-neck, birch buttons, two pockets."""
    base(sheet, "knit", torso(784, 150))
    creases(sheet)
    sheet.body("M326,206 Q400,236 474,206 L404,448 Z", dark(sheet.tone, 0.45), shade="")
    band = "M484,202 L424,446 L424,834 L390,834 L390,436 L456,206 Z"
    sheet.body(mirror(band), dark(sheet.tone, 0.05), "rib")
    sheet.body(band, light(sheet.tone, 0.03), "rib")
    sheet.seam("M424,446 L424,834 M376,446 L376,520", 3, 0.25)
    _rib_hem(sheet)
    sheet.body("M390,700 L424,700 L424,836 L390,836 Z", light(sheet.tone, 0.03), "rib")
    for y in (462, 548, 634, 720, 800):
        sheet.button(407, y, 11, "#d0ab7c")
    for path in ("M446,640 L530,640 L530,748 L446,752 Z",):
        for side in (path, mirror(path)):
            sheet.body(side, dark(sheet.tone, 0.03), "knit", "fall")
            sheet.seam(side, 2.4, 0.22)


def base_top(sheet: Sheet) -> None:
    """Close fit, flat seams, long back."""
    base(sheet, "fine", torso(800, 132, 66))
    sheet.fold("M520,470 C500,560 500,640 512,760 C506,640 512,560 534,490 Z")
    sheet.stitch("M464,226 C494,300 524,380 536,470", opacity=0.6)
    sheet.stitch(mirror("M464,226 C494,300 524,380 536,470"), opacity=0.6)
    sheet.stitch("M274,782 Q400,800 526,782", opacity=0.6)
    sheet.seams("M606,742 L678,724", opacity=0.2)
    _crew(sheet)


def tee(sheet: Sheet) -> None:
    """Cut straight, with a pocket."""
    base(sheet, "fine", torso(786, 150, 78), SHORT_SLEEVE)
    _creases_short(sheet)
    sheet.stitch("M252,764 Q400,782 548,764", opacity=0.5)
    sheet.stitch("M654,408 L568,456", opacity=0.5)
    sheet.stitch(mirror("M654,408 L568,456"), opacity=0.5)
    sheet.body("M446,372 L516,370 L516,444 L482,458 L446,446 Z", dark(sheet.tone, 0.03), "fine", "fall")
    sheet.seam("M446,372 L516,370 L516,444 L482,458 L446,446 Z", 2.2, 0.22)
    _crew(sheet)


def _creases_short(sheet: Sheet) -> None:
    sheet.fold("M536,440 C500,520 500,600 520,700 C512,600 520,520 544,470 Z")
    sheet.fold("M264,440 C296,520 304,620 286,720 C286,620 276,520 256,470 Z")


KNITS = {draw.__name__: draw for draw in (rib_sweater, yoke_sweater, cable_sweater, roll_neck, cardigan, base_top, tee)}
