"""Boots, shoes, slippers: seen from the side, standing as a pair."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from collections.abc import Callable
from itertools import pairwise

from devstore.seed.pictures.canvas import BRASS, Sheet, dark, light

FLOOR = 640


def _pair(sheet: Sheet, one: Callable[[Sheet], None], reach: float = 250, lift: float = 0) -> None:
    """The near shoe in front, the far one behind, up and to the right; low shoes are lifted to the middle."""
    sheet.ground(FLOOR - 20 - lift)
    sheet.add(f'<g transform="translate(-30 {-lift - 20})">')
    far = Sheet(dark(sheet.tone, 0.12))
    one(far)
    sheet.stand(462, 742, reach, 18)
    sheet.place(far, "translate(84 -58) scale(.96)")
    sheet.stand(380, 806, reach * 1.05, 22)
    one(sheet)
    sheet.done()


def _laces(sheet: Sheet, points: list[tuple[float, float]], tone: str) -> None:
    for (x, y), (x2, y2) in pairwise(points):
        sheet.seam(f"M{x - 44},{y + 4} L{x2 + 2},{y2}", 8, 0.3)
        sheet.seam(f"M{x - 44},{y} L{x2 + 2},{y2 - 4}", 7, 1, tone)
        sheet.seam(f"M{x},{y} L{x2 - 44},{y2 - 2}", 7, 1, tone)
    for x, y in points:
        sheet.dot(x + 3, y, 6, BRASS)
        sheet.dot(x - 46, y + 2, 6, BRASS)


def _leather_boot(sheet: Sheet) -> None:
    upper = ("M236,372 C290,356 350,356 404,376 C410,450 418,520 440,566 C486,590 560,604 606,640 C640,668 650,720 640,764 "
             "L206,764 C196,700 214,640 220,560 C224,490 230,430 236,372 Z")  # fmt: skip
    sole = "M196,756 L650,756 C656,776 654,790 650,806 L470,806 L462,792 L340,792 L334,806 L196,806 C190,790 190,772 196,756 Z"
    sheet.body(sole, "#3d332c", shade="fall")
    sheet.seam("M200,764 L648,764", 9, 1, "#d8bd8e")
    sheet.stitch("M204,764 L644,764", "#8b6a3f")
    sheet.body(upper, shade="side")
    sheet.fold("M420,540 C450,600 420,660 360,700 C430,680 470,620 452,574 Z", 0.22)
    sheet.body(
        "M536,594 C570,606 590,624 606,640 C640,668 650,720 640,764 L520,764 C552,720 560,650 536,594 Z",
        dark(sheet.tone, 0.09),
        shade="fall",
    )
    sheet.stitch("M532,600 C556,650 548,720 516,762")
    sheet.body(
        "M214,640 C240,640 268,664 280,764 L206,764 C202,720 206,680 214,640 Z", dark(sheet.tone, 0.12), shade="fall"
    )
    sheet.stitch("M222,642 C250,650 268,690 276,760")
    sheet.body(
        "M362,366 C380,368 392,372 404,376 C410,450 418,520 440,566 L500,588 C470,604 430,602 404,584 C372,520 362,440 362,366 Z",
        dark(sheet.tone, 0.22),
        shade="",
    )
    sheet.stitch("M356,374 C358,450 368,530 398,590 C360,640 320,660 286,668")
    _boot_top(sheet)


def _boot_top(sheet: Sheet) -> None:
    _laces(sheet, [(402, 402), (408, 446), (416, 490), (430, 534), (452, 572)], "#e7d3a8")
    sheet.body(
        "M232,364 C290,346 352,348 406,370 L404,392 C350,374 290,374 234,390 Z", dark(sheet.tone, 0.28), shade="side"
    )
    sheet.seam("M238,372 C226,360 224,336 236,330 C250,330 252,352 248,370", 6, 0.8, "#8a6a44")
    sheet.gleam("M256,430 C250,500 246,560 240,610", 12, 0.16)
    sheet.gleam("M566,640 C590,654 606,676 612,700", 9, 0.24)


def boots(sheet: Sheet) -> None:
    """Welted leather boots with brass eyelets."""
    _pair(sheet, _leather_boot)


def _winter_boot(sheet: Sheet) -> None:
    shaft = "M228,330 C290,318 360,318 420,336 C424,430 430,520 452,590 L470,650 L206,650 C214,540 222,430 228,330 Z"
    sheet.body(shaft, shade="side")
    sheet.body(
        "M206,630 C300,610 380,612 450,590 C520,606 590,632 620,672 C646,706 648,744 640,772 L204,772 C196,720 198,670 206,630 Z",
        "#47443f",
        shade="fall",
    )
    sheet.body("M196,764 L648,764 L652,808 L196,808 Z", "#2f2c2a", shade="")
    for x in range(206, 640, 30):
        sheet.seam(f"M{x},786 L{x + 12},806", 6, 0.6, "#191716")
    sheet.seam("M212,636 C300,618 390,618 452,596", 3, 0.6, "#837c70")
    sheet.gleam("M560,654 C596,676 612,700 616,730", 8, 0.22)
    collar = (
        "M216,300 C290,276 370,278 434,304 C438,330 434,352 426,366 C360,346 290,346 222,362 C214,342 212,320 216,300 Z"
    )
    sheet.body(collar, "#d9ccb2", "felt")
    sheet.body(
        "M370,352 C392,354 408,360 422,366 C428,440 436,520 456,590 L430,600 C390,540 372,440 370,352 Z",
        dark(sheet.tone, 0.25),
        shade="",
    )
    _laces(sheet, [(420, 390), (424, 438), (430, 486), (438, 534), (450, 576)], "#cfc3aa")
    sheet.stitch("M362,366 C364,450 378,540 408,606")
    sheet.gleam("M256,400 C248,470 244,540 240,600", 12, 0.14)


def winter_boots(sheet: Sheet) -> None:
    """Rubber foot, leather shaft, felt collar."""
    _pair(sheet, _winter_boot)


def _rubber_boot(sheet: Sheet) -> None:
    upper = ("M228,250 L420,250 C420,380 424,500 440,580 C480,610 560,630 604,666 C640,700 646,746 638,780 L208,780 "
             "C200,700 216,620 220,520 C224,430 226,340 228,250 Z")  # fmt: skip
    sheet.body("M200,770 L646,770 L650,808 L470,808 L462,796 L346,796 L340,808 L198,808 Z", "#e3d3ae", shade="fall")
    sheet.body(upper, shade="round")
    sheet.body("M222,236 L426,236 L426,276 L222,276 Z", dark(sheet.tone, 0.2), shade="round")
    sheet.oval(324, 238, 102, 15, dark(sheet.tone, 0.6))
    sheet.fold("M440,580 C420,640 380,680 300,700 C380,690 450,650 462,600 Z", 0.2)
    sheet.seam("M214,690 C300,690 380,690 460,676 C530,664 590,690 632,720", 4, 0.28)
    sheet.body("M238,300 L282,300 L282,350 L238,350 Z", light(sheet.tone, 0.6), shade="")
    sheet.add('<path d="M250,338 l10,-22 l10,22 Z" fill="none" stroke="#5b5146" stroke-width="3"/>')
    sheet.gleam("M262,380 C258,480 250,570 246,640", 16, 0.28)
    sheet.gleam("M556,664 C590,684 604,706 608,726", 10, 0.34)


def wellies(sheet: Sheet) -> None:
    """Rubber boots with a pale sole."""
    _pair(sheet, _rubber_boot)


def _trail(sheet: Sheet) -> None:
    sole = ("M172,748 C300,764 480,764 642,738 C668,742 668,772 648,790 C640,804 600,806 560,806 L230,806 C188,806 160,780 "
            "172,748 Z")  # fmt: skip
    upper = ("M186,596 C196,568 236,560 262,578 C300,602 330,600 372,566 C400,600 470,640 560,662 C620,676 660,710 652,752 "
             "C500,778 300,778 176,758 C164,700 176,640 186,596 Z")  # fmt: skip
    sheet.body(sole, "#ece4d3", shade="fall")
    for x in range(196, 630, 34):
        sheet.body(f"M{x},794 L{x + 22},794 L{x + 17},814 L{x + 5},814 Z", "#34312e", shade="")
    sheet.body(upper, texture="canvas", shade="side")
    sheet.body(
        "M560,662 C620,676 660,710 652,752 C620,758 580,763 540,766 C566,740 574,700 560,662 Z",
        dark(sheet.tone, 0.35),
        shade="fall",
    )
    sheet.body(
        "M186,596 C190,640 230,690 236,766 C214,764 194,761 176,758 C164,700 176,640 186,596 Z",
        dark(sheet.tone, 0.35),
        shade="fall",
    )
    sheet.body(
        "M372,566 C400,600 470,640 520,652 C500,672 460,672 430,656 C390,634 356,606 344,586 Z",
        light(sheet.tone, 0.25),
        "canvas",
        "",
    )
    _trail_top(sheet)


def _trail_top(sheet: Sheet) -> None:
    for i in range(4):
        x, y = 372 + i * 34, 606 + i * 17
        sheet.seam(f"M{x},{y} L{x + 30},{y - 20}", 8, 1, "#f1e8d6")
        sheet.seam(f"M{x - 4},{y + 20} L{x - 14},{y + 120}", 5, 0.35, light(sheet.tone, 0.7))
    sheet.body(
        "M190,586 C198,560 240,556 264,576 C270,584 250,592 230,590 C214,588 200,592 190,600 Z",
        dark(sheet.tone, 0.45),
        shade="",
    )
    sheet.seam("M190,592 C180,570 186,548 200,548", 8, 1, "#cdb27c")


def trail_shoe(sheet: Sheet) -> None:
    """Low mesh shoes with lugs."""
    _pair(sheet, _trail, 260, 130)


def _clog(sheet: Sheet) -> None:
    sole = ("M160,724 C220,716 260,730 320,736 C440,742 560,734 636,716 C652,736 648,768 632,786 C600,806 560,800 520,790 "
            "C460,778 380,776 340,806 L196,806 C170,800 158,756 160,724 Z")  # fmt: skip
    upper = "M306,738 C316,680 356,606 420,600 C520,604 626,650 640,714 C560,742 430,750 306,738 Z"
    sheet.body("M166,728 C220,716 300,730 350,736 L380,720 C320,716 250,704 200,708 Z", "#b48e5f", shade="")
    sheet.body(sole, "#d2a873", "wood", "fall")
    sheet.body(upper, shade="side")
    sheet.fold("M306,738 C316,680 356,606 420,600 C372,620 344,680 340,740 Z", 0.3)
    for x in range(346, 630, 22):
        sheet.dot(x, 737 - abs(x - 480) * 0.03 - (8 if x > 560 else 0), 4.4, BRASS)
    sheet.stitch("M352,722 C360,670 384,624 424,614", opacity=0.6)
    sheet.gleam("M500,634 C556,648 592,672 606,696", 10, 0.26)


def clogs(sheet: Sheet) -> None:
    """Wooden soles, nailed leather."""
    _pair(sheet, _clog, 250, 130)


def _slipper(sheet: Sheet) -> None:
    sheet.body(
        "M166,764 L646,764 C660,780 652,802 632,806 L190,806 C164,802 156,784 166,764 Z", "#b58e63", shade="fall"
    )
    shape = "M168,770 C158,716 166,650 200,628 C236,622 250,652 262,690 C300,706 340,690 372,634 C400,610 450,612 500,628 C596,652 656,706 646,770 Z"
    sheet.oval(300, 690, 92, 30, dark(sheet.tone, 0.5))
    sheet.body(shape, texture="felt", shade="side")
    sheet.seam("M200,630 C236,624 250,652 262,690 C300,706 340,690 372,634", 12, 1, light(sheet.tone, 0.4))
    sheet.seam("M480,624 C440,660 424,710 430,768", 3, 0.16)
    sheet.stitch("M172,756 L640,756")
    sheet.stitch("M370,700 C390,730 394,744 396,760", opacity=0.5)


def slippers(sheet: Sheet) -> None:
    """Thick felt on suede."""
    _pair(sheet, _slipper, 250, 130)


def insoles(sheet: Sheet) -> None:
    """Two soles of pressed wool, from above."""
    sheet.tone = "#b9b2a2"
    sheet.ground()
    sole = ("M300,240 C352,206 396,260 392,350 C388,420 366,470 368,560 C372,650 380,720 340,770 C306,802 262,782 254,720 "
            "C246,640 262,580 250,480 C240,380 254,280 300,240 Z")  # fmt: skip
    for degrees, shift in ((-4, 0), (4, 160)):
        sheet.add(f'<g transform="translate({shift} 0) rotate({degrees} 320 500)">')
        sheet.cast(sole, 10, 16)
        sheet.body(sole, "#9f988a", "felt")
        sheet.add('<g transform="translate(-4 -8)">')
        sheet.body(sole, "#c4bdae", "felt")
        sheet.stitch(
            "M296,262 C344,230 376,280 372,350 C370,420 346,470 350,560 C354,650 360,710 330,752 C304,776 274,760 268,716 C262,640 276,580 264,480 C256,380 268,290 296,262",
            "#7a7263",
        )
        sheet.add(
            '<text x="316" y="720" text-anchor="middle" font-family="Georgia,serif" font-size="26" fill="#6b6355">42</text>'
        )
        sheet.done()
        sheet.done()


FOOTWEAR = {draw.__name__: draw for draw in (boots, winter_boots, wellies, trail_shoe, clogs, slippers, insoles)}
