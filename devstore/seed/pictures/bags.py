"""Packs, totes and pouches."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import BRASS, LEATHER, STEEL, Sheet, dark, light, symmetric


def _strap(sheet: Sheet, path: str, width: float = 24, tone: str = LEATHER) -> None:
    sheet.seam(path, width + 4, 0.25)
    sheet.seam(path, width, 1, tone)
    sheet.stitch(path, light(tone, 0.5), 0.5)


def _buckle(sheet: Sheet, x: float, y: float, wide: float = 40) -> None:
    sheet.add(
        f'<rect x="{x - wide / 2}" y="{y - 16}" width="{wide}" height="32" rx="5" fill="none" stroke="{BRASS}" stroke-width="7"/>'
    )
    sheet.seam(f"M{x},{y - 16} L{x},{y + 12}", 5, 1, BRASS)


def rolltop(sheet: Sheet) -> None:
    """Waxed canvas, rolled shut, one leather strap."""
    sheet.ground(770)
    sheet.stand(400, 852, 180, 24)
    body = symmetric("M400,300 L524,300 C556,420 578,640 572,820 C560,850 500,856 400,856")
    _strap(sheet, "M238,420 C190,520 190,680 232,800", 26)
    _strap(sheet, "M562,420 C610,520 610,680 568,800", 26)
    sheet.body(body, texture="canvas")
    sheet.fold("M520,320 C500,460 520,640 560,780 C556,640 548,460 530,320 Z")
    pocket = symmetric("M400,590 L526,586 L536,806 Q480,826 400,826")
    sheet.body(pocket, dark(sheet.tone, 0.06), "canvas", "fall")
    sheet.stitch(symmetric("M400,604 L514,600 L522,794 Q470,812 400,812"), opacity=0.5)
    roll = symmetric("M400,206 L520,206 C560,214 560,286 522,300 L400,306")
    sheet.body(roll, light(sheet.tone, 0.04), "canvas", "fall")
    sheet.seam("M276,232 L524,232 M272,262 L528,262", 3, 0.25)
    sheet.body(symmetric("M400,806 L570,800 C572,840 540,862 400,862"), LEATHER, shade="fall")
    _strap(sheet, "M400,190 L400,560", 34)
    _buckle(sheet, 400, 480, 54)
    sheet.seam("M360,196 C360,150 440,150 440,196", 14, 1, LEATHER)
    sheet.add(f'<rect x="366" y="664" width="68" height="46" rx="4" fill="{LEATHER}"/>')


def day_pack(sheet: Sheet) -> None:
    """A lid and two straps."""
    sheet.ground(770)
    sheet.stand(400, 850, 180, 24)
    body = symmetric("M400,280 C500,280 546,310 556,380 C574,540 584,700 572,820 C556,850 500,856 400,856")
    _strap(sheet, "M240,420 C196,540 200,690 236,800", 28, dark(sheet.tone, 0.35))
    _strap(sheet, "M560,420 C604,540 600,690 564,800", 28, dark(sheet.tone, 0.35))
    sheet.seam("M352,282 C352,214 448,214 448,282", 16, 1, dark(sheet.tone, 0.35))
    sheet.body(body, texture="canvas")
    pocket = symmetric("M400,610 C480,610 528,620 534,650 L538,800 C530,826 470,832 400,832")
    sheet.body(pocket, dark(sheet.tone, 0.08), "canvas", "fall")
    sheet.seam(pocket, 3, 0.2)
    sheet.seam("M280,642 Q400,628 520,642", 8, 0.45)
    lid = symmetric("M400,264 C510,264 560,296 570,380 C574,430 560,490 534,512 C490,526 450,530 400,530")
    sheet.fold(symmetric("M400,300 C520,300 560,340 574,400 C574,470 556,530 524,546 L400,560"), 0.22)
    sheet.body(lid, light(sheet.tone, 0.05), "canvas")
    sheet.stitch(symmetric("M400,280 C500,280 546,310 554,386 C556,430 546,474 524,498 Q470,512 400,514"), opacity=0.45)
    for x in (330, 470):
        _strap(sheet, f"M{x},440 L{x},626", 22)
        _buckle(sheet, x, 574, 36)


def duffel(sheet: Sheet) -> None:
    """A long bag with two handles."""
    sheet.ground(690)
    sheet.stand(400, 752, 280, 26)
    body = "M170,430 C160,380 200,350 260,346 L560,346 C616,350 646,384 640,430 C664,520 660,650 630,726 C600,756 210,756 176,726 C146,650 142,520 170,430 Z"
    sheet.seam("M290,470 C280,240 520,240 510,470", 20, 1, dark(sheet.tone, 0.4))
    sheet.body(body, texture="canvas")
    sheet.fold("M200,450 C300,480 500,480 620,440 C520,510 300,510 200,450 Z", 0.16)
    sheet.seam("M196,396 Q400,376 612,396", 9, 0.45)
    sheet.add(
        f'<path d="M196,396 Q400,376 612,396" fill="none" stroke="{light(sheet.tone, 0.5)}" stroke-width="4" stroke-dasharray="3 3.4"/>'
    )
    for x in (288, 512):
        _strap(sheet, f"M{x},420 L{x},748", 30, dark(sheet.tone, 0.36))
    sheet.seam("M288,480 C276,270 524,270 512,480", 26, 0.2)
    sheet.seam("M288,476 C276,262 524,262 512,476", 22, 1, LEATHER)
    sheet.seam("M352,314 C380,300 420,300 448,314", 32, 1, dark(LEATHER, 0.15))
    sheet.body("M338,560 L462,560 L462,672 L338,672 Z", dark(sheet.tone, 0.07), "canvas", "fall")
    sheet.stitch("M346,568 L454,568 L454,664 L346,664 Z", opacity=0.5)
    sheet.add(f'<rect x="600" y="380" width="10" height="44" rx="5" fill="{STEEL}"/>')


def tote(sheet: Sheet) -> None:
    """Heavy canvas that stands by itself."""
    sheet.ground(760)
    sheet.stand(400, 838, 200, 24)
    body = symmetric("M400,420 L586,414 C590,560 582,720 566,836 L400,842")
    sheet.seam("M318,430 C300,180 470,160 486,424", 18, 1, dark(sheet.tone, 0.22))
    sheet.body(body, texture="canvas")
    sheet.fold("M560,430 C540,560 556,700 540,830 C572,720 580,560 576,430 Z", 0.12)
    sheet.fold("M230,470 C260,560 250,700 270,820 C238,700 226,560 222,470 Z", 0.08)
    sheet.body(symmetric("M400,412 L588,406 L588,444 L400,450"), dark(sheet.tone, 0.05), "canvas", "")
    sheet.seam("M314,620 L314,430 C300,210 500,210 486,430 L486,620", 26, 0.16)
    sheet.seam("M314,616 L314,424 C300,200 500,200 486,424 L486,616", 24, 1, dark(sheet.tone, 0.26))
    for x in (314, 486):
        sheet.stitch(f"M{x - 9},470 L{x + 9},470 L{x - 9},600 L{x + 9},600 Z", light(sheet.tone, 0.5), 0.7)
    sheet.add(
        f'<g fill="none" stroke="{sheet.detail}" stroke-width="6" stroke-opacity=".75" stroke-linejoin="round">'
        '<path d="M346,726 L400,640 L454,726 Z"/><path d="M372,726 L400,682 L428,726"/></g>'
    )


def hip_pack(sheet: Sheet) -> None:
    """A pouch on a belt."""
    sheet.ground()
    sheet.seam("M220,470 C90,330 300,190 420,236 C600,290 700,400 592,480", 30, 0.18)
    sheet.seam("M216,460 C86,320 296,180 416,226 C596,280 696,390 588,470", 28, 1, dark(sheet.tone, 0.42))
    body = symmetric("M400,420 C500,420 580,430 604,470 C616,560 560,690 500,704 C470,710 430,712 400,712")
    sheet.cast(body)
    sheet.body(body, texture="canvas")
    sheet.add('<rect x="350" y="196" width="76" height="56" rx="8" fill="#2f3032" transform="rotate(12 388 224)"/>')
    sheet.seam("M222,484 Q400,440 578,484", 10, 0.5)
    sheet.add(
        f'<path d="M222,484 Q400,440 578,484" fill="none" stroke="{light(sheet.tone, 0.55)}" stroke-width="4" stroke-dasharray="3 3.4"/>'
    )
    pocket = symmetric("M400,530 C480,530 540,534 554,548 C548,610 520,668 484,676 L400,682")
    sheet.body(pocket, dark(sheet.tone, 0.08), "canvas", "fall")
    sheet.seam(pocket, 3, 0.22)
    sheet.stitch("M256,552 Q400,536 544,552", opacity=0.6)
    sheet.add(f'<rect x="562" y="474" width="9" height="52" rx="4" fill="{LEATHER}"/>')


def dry_bag(sheet: Sheet) -> None:
    """Rolled and clipped."""
    sheet.ground(760)
    sheet.stand(400, 838, 150, 26)
    body = symmetric("M400,356 C470,356 520,366 536,400 C546,520 550,680 546,800 C536,840 470,850 400,850")
    sheet.body(body, shade="round")
    sheet.body(symmetric("M400,296 L516,300 C536,310 536,352 516,366 L400,372"), dark(sheet.tone, 0.1), shade="fall")
    sheet.seam("M286,322 L514,322 M286,344 L514,344", 3, 0.25)
    sheet.seam("M300,310 C260,220 540,220 500,310", 14, 1, "#2f3032")
    sheet.body("M366,222 L434,222 L434,262 L366,262 Z", "#2f3032", shade="fall")
    for y in (430, 800):
        sheet.seam(f"M258,{y} Q400,{y + 34} 542,{y}", 3, 0.2)
    sheet.gleam("M300,440 C296,560 296,680 300,790", 20, 0.25)
    sheet.add(
        f'<g fill="none" stroke="{light(sheet.tone, 0.8)}" stroke-width="7"><path d="M350,640 L400,560 L450,640 Z"/></g>'
    )
    sheet.add(
        f'<text x="400" y="710" text-anchor="middle" font-family="Helvetica,Arial,sans-serif" font-size="40" fill="{light(sheet.tone, 0.8)}">12 l</text>'
    )


def wash_bag(sheet: Sheet) -> None:
    """Waxed canvas with a loop."""
    sheet.ground(700)
    sheet.stand(400, 760, 220, 24)
    body = symmetric("M400,466 C500,466 580,474 600,500 C622,580 626,690 610,744 C590,768 500,772 400,772")
    sheet.body(body, texture="canvas")
    sheet.fold("M230,540 C320,580 480,580 590,530 C500,610 320,610 230,540 Z", 0.16)
    sheet.body(symmetric("M400,700 L620,694 C622,740 606,772 400,776"), LEATHER, shade="fall")
    sheet.seam("M206,508 Q400,480 594,508", 10, 0.5)
    sheet.add(
        f'<path d="M206,508 Q400,480 594,508" fill="none" stroke="{BRASS}" stroke-width="5" stroke-dasharray="3 3.4"/>'
    )
    sheet.seam("M206,510 C150,500 140,580 200,590", 18, 1, LEATHER)
    sheet.add(f'<rect x="586" y="496" width="11" height="58" rx="5" fill="{LEATHER}"/>')
    sheet.stitch("M196,692 Q400,706 604,692", light(LEATHER, 0.5))


BAGS = {draw.__name__: draw for draw in (rolltop, day_pack, duffel, tote, hip_pack, dry_bag, wash_bag)}
