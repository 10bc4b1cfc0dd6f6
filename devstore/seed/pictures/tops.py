"""Jackets, and the body with two sleeves that they share with the sweaters."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import Sheet, dark, light, mirror, symmetric

SLEEVE = "M545,262 C605,290 628,400 650,520 C664,600 676,690 682,752 L604,770 C594,690 576,600 556,520 L528,430 Z"
SHORT_SLEEVE = "M545,262 C600,290 634,350 662,428 L574,478 L530,420 Z"
CUFF = "M682,748 L604,766 L608,818 C634,820 664,814 688,802 Z"


def torso(hem: float = 800, wide: float = 152, neck: float = 74) -> str:
    """Outline from neck to hem; `wide` is the half width at the hem."""
    return symmetric(
        f"M400,238 C430,238 {400 + neck - 12},232 {400 + neck},208 L545,258 C560,320 548,400 544,460 "
        f"C546,580 {400 + wide - 4},700 {400 + wide},{hem} L400,{hem + 8}"
    )


def base(sheet: Sheet, texture: str, body: str, sleeve: str = SLEEVE) -> None:
    """The ground, both sleeves and the torso, with their shadows."""
    sheet.ground()
    for part in (sleeve, mirror(sleeve), body):
        sheet.cast(part)
    sheet.pair(sleeve, dark(sheet.tone, 0.06), texture)
    sheet.seams("M545,262 C532,330 532,390 530,432", width=4, opacity=0.22)
    sheet.body(body, texture=texture)


def inside(sheet: Sheet, depth: float = 262) -> None:
    """The back of the neck, seen through the opening."""
    sheet.body(
        f"M326,208 Q400,232 474,208 Q462,{depth} 400,{depth + 8} Q338,{depth} 326,208 Z",
        dark(sheet.tone, 0.42),
        shade="",
    )


def creases(sheet: Sheet) -> None:
    """Soft folds where an arm has bent."""
    sheet.fold("M536,440 C500,520 500,600 520,700 C512,600 520,520 544,470 Z")
    sheet.fold("M264,440 C296,520 304,620 286,720 C286,620 276,520 256,470 Z")
    sheet.fold("M640,520 C624,560 610,580 596,590 C612,560 628,540 640,520 Z", 0.16)
    sheet.fold("M160,520 C176,560 190,580 204,590 C188,560 172,540 160,520 Z", 0.16)


def _collar(sheet: Sheet, tone: str | None = None) -> None:
    """A turned-down collar."""
    tone = tone or dark(sheet.tone, 0.08)
    inside(sheet, 258)
    leaf = "M400,300 C424,280 452,240 468,196 L500,214 C506,250 496,296 470,330 C446,322 420,312 400,300 Z"
    sheet.fold("M400,312 C440,330 470,340 486,326 L500,240 L330,240 L314,326 C340,340 372,326 400,312 Z", 0.14)
    sheet.pair(leaf, tone, "twill")
    sheet.seams("M408,298 C430,310 450,316 468,320", width=2, opacity=0.3)


def _pocket(sheet: Sheet, x: float, y: float, wide: float = 92, tall: float = 108) -> None:
    flap = f"M{x},{y} L{x + wide},{y} L{x + wide},{y + 34} Q{x + wide / 2},{y + 48} {x},{y + 34} Z"
    bag = f"M{x + 3},{y + 6} L{x + wide - 3},{y + 6} L{x + wide - 4},{y + tall} Q{x + wide / 2},{y + tall + 8} {x + 4},{y + tall} Z"
    for outline in (bag, flap):
        for path in (outline, mirror(outline)):
            sheet.body(path, dark(sheet.tone, 0.04), "twill", "fall")
            sheet.seam(path, 2.4, 0.26)


def _buttons(sheet: Sheet, ys: list[float]) -> None:
    sheet.seam(f"M424,300 C424,480 424,640 424,{max(ys) + 60}", 3, 0.3)
    sheet.stitch(f"M378,312 L378,{max(ys) + 56}", opacity=0.35)
    for y in ys:
        sheet.button(400, y, 12, "#6f523a")


def wool_jacket(sheet: Sheet) -> None:
    """Boiled wool, horn buttons, two patch pockets."""
    base(sheet, "felt", torso(790))
    creases(sheet)
    _pocket(sheet, 448, 596)
    _buttons(sheet, [352, 446, 540, 634, 728])
    _collar(sheet)
    sheet.seams("M606,716 L676,700", opacity=0.22)
    sheet.button(622, 738, 8)
    sheet.button(178, 738, 8)


def field_coat(sheet: Sheet) -> None:
    """Waxed cotton, corduroy collar, four pockets."""
    base(sheet, "canvas", torso(860, 162))
    creases(sheet)
    sheet.seams("M476,226 C480,300 484,360 488,380 L540,382", width=2.4, opacity=0.25)
    _pocket(sheet, 444, 416, 84, 92)
    _pocket(sheet, 442, 622, 104, 130)
    sheet.seam("M424,300 L424,862", 3, 0.32)
    for y in (360, 560, 760):
        sheet.dot(400, y, 10, "#b9a06a")
        sheet.dot(398, y - 2, 5, "#e0cfa0")
    _collar(sheet, dark(sheet.tone, 0.38))
    sheet.gleam("M300,330 C290,420 288,520 292,600", 22, 0.07)


def _hood(sheet: Sheet, ruff: bool = False) -> None:
    outline = symmetric("M400,116 C460,116 500,150 506,206 C508,236 500,262 486,282 L400,300")
    sheet.cast(outline)
    sheet.body(outline, dark(sheet.tone, 0.1))
    opening = symmetric("M400,152 C440,152 464,176 466,212 C466,244 440,276 400,282")
    sheet.body(opening, dark(sheet.tone, 0.55), shade="")
    if ruff:
        sheet.add(f'<path d="{opening}" fill="none" stroke="#d9c9ac" stroke-width="26" stroke-linejoin="round"/>')
        sheet.add(f'<path d="{opening}" fill="none" stroke="#f0e6d0" stroke-width="12" stroke-dasharray="3 9"/>')
    else:
        sheet.seam(opening, 5, 0.3)
        sheet.seams("M480,140 C496,170 502,220 490,276", opacity=0.22)


def _shell(sheet: Sheet, hem: float, wide: float) -> None:
    base(sheet, "fine", torso(hem, wide))
    creases(sheet)
    _hood(sheet)
    sheet.seams("M476,262 C486,300 520,330 544,336", width=2.4, opacity=0.28)


def rain_jacket(sheet: Sheet) -> None:
    """A taped shell with a hood and a long zip."""
    _shell(sheet, 812, 158)
    sheet.zip(400, 292, 812)
    for path in ("M452,560 L502,690", "M464,386 L528,392"):
        sheet.seams(path, width=9, opacity=0.24)
        sheet.seams(path, width=3, opacity=0.5)
    sheet.pair("M684,732 L600,750 L604,776 L688,760 Z", dark(sheet.tone, 0.16))
    sheet.gleam("M292,330 C282,420 282,520 288,600", 18, 0.16)
    sheet.gleam("M612,330 C628,400 640,480 650,560", 12, 0.14)
    sheet.seam("M252,796 Q400,816 548,796", 2.4, 0.25)


def anorak(sheet: Sheet) -> None:
    """A pullover with one wide chest pocket and a drawn waist."""
    _shell(sheet, 822, 166)
    sheet.zip(400, 292, 420)
    pouch = symmetric("M400,470 L506,470 L512,640 L400,646")
    sheet.body(pouch, dark(sheet.tone, 0.07), "fine", "fall")
    sheet.seam(pouch, 2.6, 0.3)
    flap = symmetric("M400,462 L516,462 L512,520 L400,532")
    sheet.body(flap, light(sheet.tone, 0.05), "fine", "fall")
    sheet.seam(flap, 2.6, 0.3)
    for x in (330, 400, 470):
        sheet.dot(x, 508, 8, "#cdbb93")
    sheet.seam("M246,706 Q400,724 554,706", 6, 0.2)
    sheet.add(
        '<path d="M386,716 C376,760 372,790 378,826 M414,716 C424,756 428,782 420,816" fill="none" '
        'stroke="#efe4cc" stroke-width="5" stroke-linecap="round"/>'
    )


def parka(sheet: Sheet) -> None:
    """Long, with a ruff of knitted wool and pockets for cold hands."""
    base(sheet, "twill", torso(888, 172))
    creases(sheet)
    placket = "M374,296 L428,296 L428,892 L374,892 Z"
    sheet.body(placket, dark(sheet.tone, 0.07), "twill", "fall")
    sheet.seam("M428,300 L428,890 M374,300 L374,890", 2.6, 0.28)
    for y in (350, 470, 590, 710, 830):
        sheet.dot(412, y, 8, "#bfa871")
    _pocket(sheet, 446, 650, 106, 140)
    sheet.seam("M244,590 Q400,606 556,590", 3.4, 0.26)
    sheet.seams("M462,420 L508,540", width=5, opacity=0.3)
    _hood(sheet, ruff=True)
    sheet.pair(CUFF.replace("818", "800"), dark(sheet.tone, 0.2), "rib")


def _quilted(sheet: Sheet, hem: int, sleeves: bool) -> None:
    body = torso(hem, 148, 66)
    sheet.ground()
    if sleeves:
        for part in (SLEEVE, mirror(SLEEVE)):
            sheet.cast(part)
        sheet.pair(SLEEVE, dark(sheet.tone, 0.05))
        sheet.add(
            f'<clipPath id="sleeves"><path d="{SLEEVE} {mirror(SLEEVE)}"/></clipPath><g clip-path="url(#sleeves)">'
        )
        for y in range(330, 760, 58):
            sheet.seams(f"M500,{y + 34} Q600,{y + 44} 700,{y - 8}", width=4.5, opacity=0.27)
            sheet.seams(f"M520,{y + 58} Q600,{y + 64} 690,{y + 20}", width=10, opacity=0.04)
        sheet.done()
    sheet.cast(body)
    sheet.body(body)
    for y in range(318, hem - 20, 62):
        sheet.seam(f"M254,{y} Q328,{y + 15} 394,{y + 5} M406,{y + 5} Q472,{y + 15} 546,{y}", 4.5, 0.27)
        sheet.gleam(f"M274,{y + 22} Q330,{y + 32} 380,{y + 26}", 13, 0.14)
        sheet.gleam(f"M420,{y + 26} Q462,{y + 32} 500,{y + 24}", 13, 0.08)
    collar = symmetric("M400,196 C436,196 462,190 478,178 L488,254 C460,272 430,278 400,278")
    sheet.body(collar, light(sheet.tone, 0.04), shade="side")
    sheet.seam("M318,222 Q400,246 482,222", 4, 0.24)
    sheet.oval(400, 190, 74, 15, dark(sheet.tone, 0.5))
    sheet.zip(400, 206, hem)
    sheet.seams("M470,600 L500,712", width=7, opacity=0.34)


def puffer(sheet: Sheet) -> None:
    """Light down in channels."""
    _quilted(sheet, 786, sleeves=True)
    sheet.pair("M684,742 L600,762 L604,782 L688,764 Z", dark(sheet.tone, 0.3))


def vest(sheet: Sheet) -> None:
    """The same without the arms."""
    _quilted(sheet, 790, sleeves=False)
    sheet.pair("M545,258 C560,320 548,400 544,460 C524,410 520,330 538,256 Z", dark(sheet.tone, 0.35), shade="")


TOPS = {draw.__name__: draw for draw in (wool_jacket, field_coat, rain_jacket, anorak, parka, puffer, vest)}
