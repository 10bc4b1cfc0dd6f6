"""Tins, bottles, brushes: what keeps the rest going, and the things made of paper."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import BRASS, LEATHER, STEEL, WOOD, Sheet, dark, light, symmetric

MARK = '<g fill="none" stroke="{tone}" stroke-width="6" stroke-linejoin="round" transform="translate({x} {y}) scale({size})"><path d="M-48,42 L0,-42 L48,42 Z"/><path d="M-24,42 L0,0 L24,42"/></g>'


def _mark(sheet: Sheet, x: float, y: float, tone: str, size: float = 1) -> None:
    sheet.add(MARK.format(x=x, y=y, tone=tone, size=size))


def _words(sheet: Sheet, x: float, y: float, text: str, size: float, tone: str = "#5a4a37") -> None:
    sheet.add(
        f'<text x="{x}" y="{y}" text-anchor="middle" font-family="Georgia,serif" font-size="{size}" letter-spacing="2" fill="{tone}">{text}</text>'
    )


def wax_tin(sheet: Sheet) -> None:
    """A round tin, its lid leaning on it."""
    sheet.tone = "#d2a13f"
    sheet.ground(660)
    sheet.stand(430, 790, 240, 26)
    sheet.body("M200,640 L200,740 C220,810 580,810 600,740 L600,640 Z", "#b9bdbd", shade="round")
    sheet.oval(400, 640, 200, 56, "#d4d7d6")
    sheet.oval(400, 640, 184, 48, "#8f8a76")
    sheet.oval(400, 650, 180, 42, "#e6c469")
    sheet.fold("M300,640 C360,610 460,616 500,650 C460,640 360,650 300,640 Z", 0.2)
    sheet.gleam("M270,656 C320,676 420,680 470,670", 8, 0.5)
    sheet.dot(560, 520, 172, "#2a2118", 0.16)
    sheet.dot(548, 506, 172, "#3f5546")
    sheet.add(
        '<circle cx="548" cy="506" r="172" fill="url(#side)"/><circle cx="548" cy="506" r="156" fill="none" stroke="#e9dcb8" stroke-width="4"/><circle cx="548" cy="506" r="146" fill="none" stroke="#e9dcb8" stroke-opacity=".5" stroke-width="2"/>'
    )
    _mark(sheet, 548, 452, "#e9dcb8", 0.8)
    _words(sheet, 548, 548, "BIVAX", 50, "#f2e7c8")
    _words(sheet, 548, 584, "för läder · 100 ml", 19, "#e9dcb8")


def brush(sheet: Sheet) -> None:
    """Beech and horsehair."""
    sheet.tone = WOOD
    sheet.ground(680)
    sheet.stand(400, 778, 270, 24)
    for i in range(88):
        x = 160 + i * 5.5
        sheet.add(
            f'<path d="M{x:g},590 q{i % 5 - 2},90 {(i * 7) % 11 - 5},{170 + (i * 13) % 15}" stroke="{("#3a2c22", "#4b392c", "#2d231c")[i % 3]}" stroke-width="5" fill="none"/>'
        )
    sheet.body(
        "M130,560 C140,470 300,440 400,440 C500,440 660,470 670,560 C668,600 640,608 600,608 L200,608 C160,608 132,600 130,560 Z",
        "#d3a976",
        "wood",
        "fall",
    )
    sheet.seam("M150,578 C300,590 500,590 650,578", 4, 0.25)
    _words(sheet, 400, 536, "HEDVALL", 34, "#7a542c")
    sheet.gleam("M200,502 C280,470 400,462 480,466", 9, 0.35)


def bottle(sheet: Sheet) -> None:
    """A brown bottle with a paper label."""
    sheet.ground(740)
    sheet.stand(400, 850, 128, 24)
    sheet.body(
        symmetric("M400,330 L436,330 C440,400 516,410 520,480 L520,820 C512,850 460,856 400,856"),
        "#7a4a2a",
        shade="round",
    )
    sheet.body(symmetric("M400,240 L444,240 L448,336 L400,342"), "#2f2d2b", shade="round")
    for x in range(364, 446, 12):
        sheet.seam(f"M{x},252 L{x},328", 3, 0.5, "#000000")
    sheet.body("M280,520 L520,520 L520,790 L280,790 Z", light(sheet.tone, 0.45), shade="round")
    _mark(sheet, 400, 590, "#5a4a37", 0.8)
    _words(sheet, 400, 690, "ULLTVÄTT" if sheet.tone != "#93afc2" else "DUNTVÄTT", 32)
    sheet.seam("M340,714 L460,714", 2, 0.4)
    _words(sheet, 400, 748, "hand · 30 °C", 20)
    sheet.gleam("M306,450 L306,510 M304,800 L306,830", 12, 0.4)


def spray(sheet: Sheet) -> None:
    """A spray bottle of aluminium."""
    sheet.tone = "#93afc2"
    sheet.ground(740)
    sheet.stand(400, 850, 112, 24)
    sheet.body(
        symmetric("M400,380 C450,380 496,400 500,460 L500,820 C494,850 450,856 400,856"), "#c3c8c8", shade="round"
    )
    sheet.body("M374,318 L430,318 L436,384 L368,384 Z", "#34363a", shade="round")
    sheet.body(
        "M318,220 L470,220 C496,226 500,270 476,280 L440,290 L436,326 L366,326 L362,290 L318,276 Z",
        "#34363a",
        shade="fall",
    )
    sheet.seam("M352,290 C332,330 330,350 338,372", 12, 1, "#34363a")
    sheet.body("M300,238 L320,232 L320,266 L300,260 Z", "#b4603a", shade="")
    sheet.body("M300,500 L500,500 L500,780 L300,780 Z", "#41607a", shade="round")
    for x, y in ((350, 560), (400, 540), (450, 566)):
        sheet.add(f'<path d="M{x},{y} c-16,24 -18,34 0,40 c18,-6 16,-16 0,-40 Z" fill="#dfeaf0"/>')
    _words(sheet, 400, 680, "SKYL", 44, "#f0f4f4")
    _words(sheet, 400, 720, "utan fluor", 20, "#d4e0e6")
    sheet.gleam("M322,440 L322,830", 10, 0.4)


def wax_bar(sheet: Sheet) -> None:
    """A bar in half its wrapper."""
    sheet.tone = "#d2a13f"
    sheet.ground()
    sheet.turn(-14, 400, 520)
    sheet.cast("M190,400 L610,400 L610,640 L190,640 Z")
    sheet.body("M190,400 L470,400 L470,640 L190,640 C176,600 176,440 190,400 Z", "#e4bd62", "felt")
    for x in (250, 310, 370):
        sheet.seam(f"M{x},406 L{x},634", 4, 0.12)
    sheet.body(
        "M400,388 L424,396 L446,384 L468,396 L620,392 L620,650 L400,650 L410,600 L396,560 L410,500 L396,450 Z",
        "#6d5038",
        "canvas",
    )
    sheet.body("M460,430 L596,430 L596,612 L460,612 Z", "#efe2c4", shade="")
    _mark(sheet, 528, 486, "#6d5038", 0.7)
    _words(sheet, 528, 570, "DUKVAX", 26)
    sheet.gleam("M206,430 L206,600", 9, 0.4)
    sheet.done()


def repair_kit(sheet: Sheet) -> None:
    """A pouch unrolled: thread, needles, patches."""
    sheet.ground()
    cloth = "M170,300 L630,290 L640,720 C500,740 300,736 164,724 Z"
    sheet.cast(cloth)
    sheet.body(cloth, texture="canvas")
    sheet.stitch("M186,318 L614,308 L622,704 C500,722 300,718 182,708 Z")
    pocket = "M182,540 L624,532 L628,706 C500,722 300,718 180,708 Z"
    sheet.body(pocket, dark(sheet.tone, 0.12), "canvas", "fall")
    for x in (330, 480):
        sheet.stitch(f"M{x},538 L{x},712")
    for x, tone in ((230, "#efe4cc"), (285, "#47604f")):
        sheet.body(f"M{x - 22},440 L{x + 22},440 L{x + 22},580 L{x - 22},580 Z", tone, "fine", "round")
        sheet.body(f"M{x - 27},424 L{x + 27},424 L{x + 27},446 L{x - 27},446 Z", WOOD, shade="round")
    sheet.body("M352,450 L456,440 L460,600 L356,606 Z", "#364866", "canvas")
    sheet.stitch("M362,460 L448,450 L450,590 L366,596 Z")
    sheet.body("M372,420 L440,414 L442,450 L374,456 Z", "#d2a13f", "canvas")
    for x in (510, 540):
        sheet.seam(f"M{x},400 L{x + 6},600", 6, 1, STEEL)
        sheet.dot(x, 406, 3, "#3b3a38")
    sheet.seam("M590,380 C584,440 590,500 586,600", 9, 1, STEEL)
    sheet.body("M574,330 L606,328 L602,400 L580,402 Z", WOOD, shade="round")
    sheet.seam("M640,500 C720,500 730,560 700,620", 16, 1, LEATHER)
    sheet.add(f'<rect x="226" y="612" width="60" height="44" rx="4" fill="{LEATHER}"/>')


def tube(sheet: Sheet) -> None:
    """An aluminium tube, rolled a little."""
    sheet.tone = "#9aa79b"
    sheet.ground()
    sheet.turn(18, 400, 520)
    body = symmetric("M400,330 L470,336 C492,500 500,640 506,780 L400,784")
    sheet.cast(body)
    sheet.body(body, "#d5d8d6", shade="round")
    sheet.body("M288,772 L512,772 L512,812 L288,812 Z", "#aeb4b4", shade="fall")
    sheet.seam("M288,792 L512,792", 3, 0.3)
    sheet.body(symmetric("M400,250 L432,250 L440,336 L400,340"), "#3f5546", shade="round")
    sheet.body("M316,430 L486,430 L498,690 L304,690 Z", "#3f5546", shade="round")
    _mark(sheet, 400, 500, "#efe4cc", 0.7)
    _words(sheet, 400, 600, "SÖMTÄT", 32, "#f2ead6")
    _words(sheet, 400, 640, "60 ml", 20, "#d9d7c4")
    sheet.done()


def comb(sheet: Sheet) -> None:
    """Cedar with a fine metal edge."""
    sheet.tone = WOOD
    sheet.ground()
    sheet.turn(-16, 400, 500)
    handle = "M180,420 C180,390 620,390 620,420 L620,520 C616,540 600,548 580,548 L220,548 C200,548 184,540 180,520 Z"
    sheet.cast("M180,400 L620,400 L620,660 L180,660 Z")
    sheet.body("M206,540 L594,540 L594,580 L206,580 Z", "#c58a3d", shade="fall")
    for x in range(212, 592, 12):
        sheet.add(f'<path d="M{x},576 V668" stroke="#a9b0b2" stroke-width="6" stroke-linecap="round"/>')
    sheet.body(handle, "#c98f62", "wood", "fall")
    _words(sheet, 400, 486, "ULLKAM", 34, "#7a4b2a")
    sheet.done()


def laces(sheet: Sheet) -> None:
    """A coil of waxed cotton in a paper band."""
    sheet.ground()
    for i in range(7):
        ring = f"M400,{300 + i * 14} C560,{300 + i * 12} {620 - i * 16},430 {614 - i * 16},520 C{606 - i * 16},640 540,{740 - i * 14} 400,{740 - i * 14} C260,{740 - i * 14} {194 + i * 16},640 {186 + i * 16},520 C{180 + i * 16},430 240,{300 + i * 12} 400,{300 + i * 14}"
        sheet.seam(ring, 15, 0.14)
        sheet.seam(ring, 12, 1, dark(sheet.tone, 0.06 * (i % 3)))
        sheet.stitch(ring, light(sheet.tone, 0.5), 0.4)
    sheet.seam("M600,560 C660,640 690,700 680,790", 12, 1, sheet.tone)
    sheet.seam("M681,760 L679,800", 14, 1, BRASS)
    sheet.body("M330,620 L470,620 L470,790 L330,790 Z", "#efe4cc", shade="side")
    _mark(sheet, 400, 680, "#6d5038", 0.7)
    _words(sheet, 400, 760, "150 cm", 24)


def book(sheet: Sheet) -> None:
    """The handbook, cloth-bound."""
    sheet.tone = "#47604f"
    sheet.ground(760)
    sheet.stand(410, 830, 210, 22)
    sheet.body("M220,250 L590,230 L610,240 L610,826 L240,840 L220,826 Z", "#efe6d2", shade="side")
    sheet.body("M206,246 L576,226 L580,812 L212,830 Z", sheet.tone, "canvas")
    sheet.seam("M244,246 L248,828", 5, 0.28)
    _mark(sheet, 408, 400, "#e9dcb8", 1.5)
    _words(sheet, 408, 560, "The care", 52, "#f2e9d0")
    _words(sheet, 408, 620, "handbook", 52, "#f2e9d0")
    sheet.seam("M330,660 L486,656", 3, 0.7, "#e9dcb8")
    _words(sheet, 408, 716, "Hedvall & Daughters".replace("&", "&amp;"), 22, "#d9d7bd")


def swatches(sheet: Sheet) -> None:
    """Twelve small squares of wool on a card."""
    sheet.tone = "#b9a88c"
    sheet.ground()
    card = "M210,190 L590,190 L590,830 L210,830 Z"
    sheet.turn(4, 400, 500)
    sheet.cast(card)
    sheet.body(card, "#f4ecdb", shade="side")
    tones = (
        "#47604f",
        "#838a5b",
        "#b4603a",
        "#d2a13f",
        "#e6dcc8",
        "#4b5054",
        "#364866",
        "#93afc2",
        "#a04a41",
        "#cda49b",
        "#7b8a92",
        "#785541",
    )
    for i, tone in enumerate(tones):
        x, y = 246 + i % 3 * 108, 300 + i // 3 * 118
        square = f"M{x},{y} l92,0 l0,92 l-92,0 Z"
        sheet.cast(square, 4, 6)
        sheet.body(square, tone, "felt" if i % 2 else "knit")
    _words(sheet, 400, 262, "WOOL No. 1–12", 30)
    sheet.done()


def gift_card(sheet: Sheet) -> None:
    """A card in its envelope."""
    sheet.tone = "#b4603a"
    sheet.ground()
    sheet.turn(-8, 400, 500)
    sheet.cast("M180,390 L620,390 L620,690 L180,690 Z")
    sheet.body("M180,390 L620,390 L620,700 L180,700 Z", "#e6d7b9", "canvas")
    sheet.body("M210,280 L590,280 L590,560 L210,560 Z", "#3f5546", "canvas")
    sheet.add(
        '<path d="M210,560 L300,420 L350,490 L430,360 L510,480 L550,430 L590,500 V560 Z" fill="#57705f"/><path d="M430,360 L456,400 L432,392 L408,396 Z" fill="#efe6d2"/>'
    )
    sheet.dot(540, 340, 22, "#e6c469")
    _words(sheet, 330, 342, "Hedvall", 38, "#f2e9d0")
    sheet.body("M180,470 L400,600 L620,470 L620,700 L180,700 Z", "#d9c7a2", "canvas", "fall")
    sheet.seam("M180,470 L400,600 L620,470", 3, 0.2)
    sheet.dot(400, 610, 40, "#a04a41")
    sheet.dot(394, 604, 30, "#b85a50")
    _mark(sheet, 398, 606, "#f0d9cc", 0.4)
    sheet.done()


CARE = {
    draw.__name__: draw
    for draw in (
        wax_tin, brush, bottle, spray, wax_bar, repair_kit, tube, comb, laces, book, swatches, gift_card,
    )
}  # fmt: skip
