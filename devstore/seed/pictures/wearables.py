"""Trousers, hats, mittens, socks: what goes with the jackets."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from math import cos, sin

from devstore.seed.pictures.canvas import LEATHER, Sheet, dark, is_pale, light, mirror, mix, symmetric


def _legs(sheet: Sheet, texture: str, foot: float, slim: float = 0) -> str:
    outline = symmetric(
        f"M400,176 L{524 - slim},172 C{540 - slim},330 {548 - slim},520 {foot},856 L{foot - 104 + slim * 0.6},862 "
        "C430,700 420,520 408,424 L400,420"
    )
    sheet.ground()
    sheet.cast(outline)
    sheet.body(outline, texture=texture)
    sheet.fold(f"M408,424 C430,560 436,700 {foot - 104 + slim * 0.6},860 C420,720 412,560 408,424 Z", 0.2)
    sheet.fold("M396,424 C440,440 480,436 520,410 C480,426 440,420 404,404 Z", 0.14)
    sheet.fold("M404,424 C360,440 320,436 280,410 C320,426 360,420 396,404 Z", 0.14)
    return outline


def _waistband(sheet: Sheet, slim: float = 0, texture: str = "twill") -> None:
    band = symmetric(f"M400,164 L{522 - slim},160 L{526 - slim},206 Q460,218 400,218")
    sheet.body(band, dark(sheet.tone, 0.08), texture)
    sheet.seam(f"M{274 + slim},206 Q400,228 {526 - slim},206", 3, 0.28)


def rain_trousers(sheet: Sheet) -> None:
    """Shell trousers with side zips."""
    _legs(sheet, "fine", 556)
    _waistband(sheet)
    sheet.seams("M528,230 C548,400 556,600 552,850", width=7, opacity=0.3)
    sheet.seams("M530,300 L486,330", width=5, opacity=0.25)
    sheet.gleam("M318,300 C300,460 286,620 278,800", 14, 0.14)
    sheet.gleam("M470,300 C492,460 504,620 508,800", 12, 0.1)
    sheet.add('<path d="M390,212 C384,250 386,270 382,300 M410,212 C418,246 414,268 420,292" fill="none" '
              'stroke="#e9e2d2" stroke-width="4" stroke-linecap="round"/>')  # fmt: skip


def work_trousers(sheet: Sheet) -> None:
    """Double knees, rule pocket, rivets."""
    _legs(sheet, "twill", 554)
    _waistband(sheet)
    for x in (300, 352, 440, 492):
        sheet.body(f"M{x},158 L{x + 14},158 L{x + 14},224 L{x},224 Z", dark(sheet.tone, 0.14), shade="")
    sheet.seam("M400,218 L400,420", 3, 0.3)
    sheet.stitch("M410,218 C412,300 410,330 402,352")
    sheet.button(400, 190, 11, "#a8864f")
    for side in ("M524,236 C500,262 476,270 452,222", mirror("M524,236 C500,262 476,270 452,222")):
        sheet.seam(side, 3, 0.3)
        sheet.stitch(side.replace("236", "246"), opacity=0.5)
    knee = "M436,520 L542,512 L548,690 L452,700 Z"
    for side in (knee, mirror(knee)):
        sheet.body(side, dark(sheet.tone, 0.05), "twill", "fall")
        sheet.stitch(side)
    rule = "M520,420 L556,420 L560,510 L526,514 Z"
    sheet.body(rule, dark(sheet.tone, 0.1), "twill")
    sheet.stitch(rule, opacity=0.6)
    sheet.seams("M452,846 L552,840", opacity=0.3)


def leggings(sheet: Sheet) -> None:
    """Close fit with a wide waistband."""
    _legs(sheet, "fine", 512, 34)
    _waistband(sheet, 34, "rib")
    for side in ("M482,232 C500,400 486,620 470,840", "M440,430 C456,560 452,700 442,820"):
        sheet.stitch(side, opacity=0.5)
        sheet.stitch(mirror(side), opacity=0.5)
    sheet.pair("M516,820 L430,826 L432,864 L514,858 Z", dark(sheet.tone, 0.1), "rib")


def boxers(sheet: Sheet) -> None:
    """Short legs, soft waistband."""
    outline = symmetric("M400,330 L558,322 C576,440 590,540 600,640 L428,664 C424,620 416,580 404,556 L400,556")
    sheet.ground()
    sheet.cast(outline)
    sheet.body(outline, texture="fine")
    sheet.fold("M404,556 C440,570 500,560 560,520 C500,546 440,548 402,520 Z", 0.16)
    sheet.fold("M396,556 C360,570 300,560 240,520 C300,546 360,548 398,520 Z", 0.16)
    for side in ("M440,380 C436,440 424,500 402,548", "M432,640 L598,618"):
        sheet.stitch(side)
        sheet.stitch(mirror(side))
    sheet.body(symmetric("M400,318 L560,310 L564,366 Q480,382 400,382"), dark(sheet.tone, 0.22), "rib")
    sheet.add('<rect x="366" y="338" width="68" height="22" rx="3" fill="#efe6d4" fill-opacity=".9"/>')


def beanie(sheet: Sheet) -> None:
    """A ribbed cap with a deep fold."""
    crown = symmetric("M400,258 C500,256 580,330 598,480 L608,640 L400,660")
    sheet.ground()
    sheet.cast(crown)
    sheet.body(crown, texture="rib")
    for dx in (34, 76, 122):
        sheet.seams(
            f"M{400 + dx * 0.25},270 C{400 + dx * 0.9},330 {400 + dx * 1.3},440 {400 + dx * 1.36},600", opacity=0.14
        )
    fold = symmetric("M400,556 L606,540 C622,580 622,650 612,700 C540,724 470,732 400,732")
    sheet.fold(symmetric("M400,544 L606,526 L606,560 L400,576"), 0.3)
    sheet.body(fold, light(sheet.tone, 0.05), "rib")
    _label(sheet, 400, 646)


def _label(sheet: Sheet, x: float, y: float, fill: str = LEATHER) -> None:
    sheet.add(
        f'<rect x="{x - 36}" y="{y - 22}" width="72" height="44" rx="4" fill="{fill}"/>'
        f'<rect x="{x - 30}" y="{y - 16}" width="60" height="32" rx="2" fill="none" stroke="#fff" stroke-opacity=".35" '
        'stroke-dasharray="4 3"/>'
        f'<path d="M{x - 12},{y + 8} L{x},{y - 10} L{x + 12},{y + 8} Z" fill="none" stroke="#f5e9d4" stroke-width="2.6"/>'
    )


def pom_hat(sheet: Sheet) -> None:
    """Two colours and a bobble."""
    crown = symmetric("M400,330 C496,330 572,390 588,520 L600,660 L400,680")
    other = "#efe6d6" if not is_pale(sheet.tone) else "#6d4a48"
    sheet.ground()
    sheet.cast(crown)
    sheet.body(crown, texture="knit")
    sheet.add(f'<clipPath id="crown"><path d="{crown}"/></clipPath><g clip-path="url(#crown)">')
    for row, y in enumerate(range(400, 600, 44)):
        for x in range(196 + (row % 2) * 24, 620, 48):
            sheet.add(f'<path d="M{x},{y} l14,17 l-14,17 l-14,-17 Z" fill="{other}" fill-opacity=".88"/>')
    sheet.done()
    sheet.body(symmetric("M400,600 L598,586 C612,620 612,680 604,724 C540,744 470,750 400,750"), other, "rib")
    for i in range(60):
        angle, reach = i * 2.399, 8.4 * i**0.5
        from_x, from_y = 400 + reach * cos(angle), 286 + reach * sin(angle)
        sheet.dot(from_x, from_y, 19, mix(other, sheet.tone, (i * 7 % 5) * 0.07))
    sheet.dot(380, 262, 40, "#ffffff", 0.14)


def mittens(sheet: Sheet) -> None:
    """A pair, one turned to the other."""
    sheet.ground()
    hand = ("M286,700 L282,470 C280,380 310,300 366,298 C424,298 446,380 444,470 L444,480 C462,440 498,430 510,452 "
            "C520,476 490,540 444,590 L440,700 Z")  # fmt: skip
    for degrees, x, flipped in ((-9, -52, False), (10, 52, True)):
        path = mirror(hand) if flipped else hand
        sheet.add(
            f'<g transform="translate({x} 0) rotate({degrees} 400 560) translate({-44 if not flipped else 44} 0)">'
        )
        sheet.cast(path)
        sheet.body(path, texture="felt")
        axis = 366 if not flipped else 434
        for y in (360, 400, 440):
            sheet.add(f'<path d="M{axis - 52},{y} h104" stroke="{sheet.detail}" stroke-opacity=".6" stroke-width="5" '
                      'stroke-dasharray="3 12"/>')  # fmt: skip
        cuff = f"M{axis - 84},640 L{axis + 80},640 L{axis + 86},742 Q{axis},758 {axis - 90},742 Z"
        sheet.body(cuff, dark(sheet.tone, 0.1), "rib")
        sheet.done()


def scarf(sheet: Sheet) -> None:
    """Folded once, with fringes."""
    back = "M318,170 L452,170 L520,760 L366,772 Z"
    front = "M352,176 C330,300 300,560 286,790 L446,800 C446,600 462,360 480,176 Z"
    sheet.ground()
    for path, x0, x1, y, tone in ((back, 368, 520, 766, dark(sheet.tone, 0.12)), (front, 286, 446, 796, sheet.tone)):
        sheet.cast(path)
        for x in range(x0 + 4, x1, 11):
            sheet.add(f'<path d="M{x},{y - 12} q{(x % 7) - 3},30 {(x % 5) - 2},58" stroke="{dark(tone, 0.05)}" '
                      'stroke-width="5" fill="none" stroke-linecap="round"/>')  # fmt: skip
        sheet.body(path, tone, "felt")
    for dy, width in ((690, 26), (730, 10), (640, 8)):
        sheet.seam(f"M{292 + (790 - dy) * 0.06},{dy} L446,{dy + 8}", width, 0.5, sheet.detail)
    loop = (
        "M300,164 C330,120 470,116 500,164 C508,200 490,228 470,240 C430,256 360,254 330,240 C306,226 292,196 300,164 Z"
    )
    sheet.cast(loop, 8, 14)
    sheet.body(loop, light(sheet.tone, 0.05), "felt")
    sheet.fold("M310,180 C350,214 450,214 492,180 C450,236 350,236 310,180 Z", 0.2)


def neck_warmer(sheet: Sheet) -> None:
    """A soft tube standing by itself."""
    tube = symmetric(
        "M400,330 C470,330 520,340 536,366 C528,420 556,440 560,500 C552,540 572,570 570,620 C576,670 566,700 548,716 C510,742 460,748 400,748"
    )
    sheet.ground(690)
    sheet.stand(400, 738, 170)
    sheet.body(tube, texture="felt")
    sheet.oval(400, 362, 134, 32, dark(sheet.tone, 0.42))
    sheet.oval(402, 372, 112, 18, dark(sheet.tone, 0.22))
    for y, lean in ((440, 26), (530, -22), (622, 20)):
        sheet.fold(
            f"M250,{y - lean} C330,{y + 40} 460,{y + 30} 556,{y + lean} C470,{y + 62} 330,{y + 66} 250,{y - lean} Z",
            0.16,
        )
        sheet.gleam(f"M270,{y + 58} C340,{y + 82} 440,{y + 80} 510,{y + 62}", 12, 0.1)
    _label(sheet, 452, 690, "#8a5f3f")


def _sock(sheet: Sheet, top: float, texture: str) -> None:
    shape = (f"M330,{top} L470,{top} C472,{top + 120} 470,520 468,590 C480,640 560,676 604,716 C632,746 616,800 566,804 "
             "C500,806 404,790 358,744 C322,708 330,640 332,560 Z")  # fmt: skip
    sheet.cast(shape)
    sheet.body(shape, texture=texture)
    sheet.body("M536,672 C560,684 588,702 604,716 C632,746 616,800 566,804 C552,804 536,803 520,801 C544,770 550,714 536,672 Z",
               dark(sheet.tone, 0.24), texture)  # fmt: skip
    sheet.body("M332,600 C330,660 326,710 358,744 C372,758 392,769 414,778 C424,730 396,650 332,600 Z",
               dark(sheet.tone, 0.24), texture)  # fmt: skip
    sheet.body(f"M326,{top - 14} L474,{top - 14} L474,{top + 76} L328,{top + 76} Z", light(sheet.tone, 0.06), "rib")
    sheet.seam(f"M328,{top + 76} L474,{top + 76}", 3, 0.2)


def tall_socks(sheet: Sheet) -> None:
    """A pair for boots, with bands."""
    sheet.ground()
    for x, degrees in ((-104, -5), (66, 3)):
        sheet.add(f'<g transform="translate({x} -20) rotate({degrees} 400 600)">')
        _sock(sheet, 240, "knit")
        for y in (350, 376):
            sheet.add(f'<path d="M331,{y} H470" stroke="{sheet.detail}" stroke-opacity=".8" stroke-width="10"/>')
        sheet.done()


def short_socks(sheet: Sheet) -> None:
    """Three pairs in a paper band."""
    sheet.ground()
    for shift, tone in ((2, 0.22), (1, 0.11), (0, 0)):
        inner = Sheet(dark(sheet.tone, tone))
        _sock(inner, 430, "fine")
        place = f"translate({-60 + shift * 46} {-70 - shift * 52}) rotate(-4 400 600)"
        sheet.place(inner, place)
    sheet.body("M258,470 L432,458 L436,548 L262,560 Z", "#eee3cd")
    sheet.add('<path d="M330,524 l16,-30 l16,30 Z" fill="none" stroke="#7c6444" stroke-width="3"/>')


WEARABLES = {
    draw.__name__: draw
    for draw in (
        rain_trousers, work_trousers, leggings, boxers, beanie, pom_hat, mittens, scarf, neck_warmer,
        tall_socks, short_socks,
    )
}  # fmt: skip
