"""Tents, stoves, flasks: what stands around the fire."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import BRASS, LEATHER, STEEL, WOOD, Sheet, dark, light, symmetric


def _meadow(sheet: Sheet, floor: float = 660) -> None:
    sheet.ground(floor)
    if sheet.is_cutout:
        return
    tone = light(sheet.tone, 0.5)
    sheet.add(
        f'<path d="M0,{floor} L120,{floor - 90} L210,{floor - 34} L360,{floor - 170} L520,{floor - 40} L640,{floor - 120} L800,{floor - 20} V{floor} Z" fill="{tone}" fill-opacity=".38"/>'
    )


def tunnel_tent(sheet: Sheet) -> None:
    """A tunnel with its door rolled up."""
    _meadow(sheet)
    sheet.stand(410, 744, 320, 26)
    body = "M96,744 C110,560 230,420 350,410 C500,412 660,560 716,744 Z"
    sheet.body(body, texture="fine", shade="side")
    sheet.seam("M350,410 C470,470 540,600 556,744", 7, 0.3)
    sheet.gleam("M352,412 C474,470 546,600 562,744", 4, 0.3)
    door = "M132,744 C150,600 240,470 330,450 C396,520 420,640 424,744 Z"
    sheet.body(door, dark(sheet.tone, 0.5), shade="fall")
    sheet.body("M132,744 C150,600 240,470 330,450 C262,530 236,640 236,744 Z", light(sheet.tone, 0.12), "fine")
    sheet.body(
        "M330,450 C396,520 420,640 424,744 L396,744 C390,640 370,540 330,450 Z", light(sheet.tone, 0.18), shade=""
    )
    sheet.seam("M236,600 C224,596 214,600 208,608", 7, 1, "#e9dcc2")
    sheet.body("M250,744 C280,724 360,724 400,744 Z", "#d9c7a0", shade="")
    for x, y, x2 in ((140, 600, 40), (660, 610, 772), (350, 412, 352)):
        if x2 != 352:
            sheet.seam(f"M{x},{y} L{x2},760", 3, 0.5, "#6b5b45")
            sheet.seam(f"M{x2},744 L{x2 + 6},770", 6, 1, STEEL)
    sheet.gleam("M440,470 C540,540 600,640 630,730", 16, 0.13)
    sheet.seam("M100,744 L716,744", 6, 0.3)


def ridge_tent(sheet: Sheet) -> None:
    """Cotton, wooden poles, a lamp inside."""
    _meadow(sheet, 680)
    sheet.stand(400, 780, 330, 26)
    sheet.body("M400,270 L716,780 L84,780 Z", texture="canvas", shade="side")
    sheet.body("M400,276 L560,780 L250,780 Z", dark(sheet.tone, 0.55), shade="")
    sheet.add(
        '<radialGradient id="lamp"><stop offset="0" stop-color="#ffd98a" stop-opacity=".9"/><stop offset="1" stop-color="#ffd98a" stop-opacity="0"/></radialGradient><circle cx="404" cy="650" r="120" fill="url(#lamp)"/>'
    )
    sheet.body("M400,276 L250,780 L330,780 C350,640 372,460 400,276 Z", light(sheet.tone, 0.2), "canvas")
    sheet.body("M400,276 L560,780 L486,780 C460,640 428,460 400,276 Z", light(sheet.tone, 0.12), "canvas")
    sheet.seam("M366,222 L404,300 M436,222 L396,300", 12, 1, WOOD)
    sheet.seam("M230,540 L84,780 M570,540 L716,780", 3, 0.2)
    sheet.seam("M400,270 L60,800 M400,270 L742,800", 2.6, 0.35, "#6b5b45")
    sheet.body("M290,780 C320,748 480,748 520,780 Z", "#b06a45", "felt", "")


def sleeping_bag(sheet: Sheet) -> None:
    """A mummy bag with channels and a hood."""
    sheet.ground()
    bag = symmetric("M400,170 C490,170 560,220 570,330 C580,460 566,640 520,800 C500,850 450,864 400,864")
    sheet.turn(-7, 400, 520)
    sheet.cast(bag)
    sheet.body(bag)
    for y in range(400, 830, 58):
        reach = 176 - max(0, y - 480) * 0.16
        sheet.seam(f"M{400 - reach},{y} Q400,{y + 26} {400 + reach},{y}", 4.5, 0.25)
        sheet.gleam(f"M{400 - reach + 30},{y + 24} Q340,{y + 40} 400,{y + 42}", 13, 0.1)
    sheet.body(symmetric("M400,210 C466,210 514,246 516,306 C510,356 460,384 400,388"), dark(sheet.tone, 0.5), shade="")
    sheet.body(symmetric("M400,300 C450,300 490,310 508,336 C490,372 450,386 400,388"), "#d9c7a0", "felt", "fall")
    sheet.seam(symmetric("M400,210 C466,210 514,246 516,306 C510,356 460,384 400,388"), 12, 0.2)
    sheet.seam("M540,350 C552,500 536,650 500,780", 9, 0.4)
    sheet.add(
        f'<path d="M540,350 C552,500 536,650 500,780" fill="none" stroke="{light(sheet.tone, 0.5)}" stroke-width="4" stroke-dasharray="3 3.4"/>'
    )
    sheet.done()


def sleeping_mat(sheet: Sheet) -> None:
    """Half unrolled."""
    sheet.ground()
    mat = "M250,300 L560,240 L640,700 C600,740 380,780 330,770 Z"
    sheet.cast(mat)
    sheet.body(mat)
    for i in range(1, 6):
        x, y = 250 + i * 52, 300 - i * 10
        sheet.seam(f"M{x},{y} L{330 + i * 52},{766 - i * 11}", 9, 0.16)
        sheet.gleam(f"M{x + 18},{y} L{348 + i * 52},{762 - i * 11}", 14, 0.12)
    sheet.cast("M236,250 L580,184 L590,300 L246,366 Z", 6, 26)
    roll = "M230,262 C230,226 250,210 270,212 L566,156 C600,160 606,250 574,270 L276,330 C248,332 232,300 230,262 Z"
    sheet.body(roll, light(sheet.tone, 0.06), shade="fall")
    sheet.oval(582, 213, 24, 58, dark(sheet.tone, 0.25))
    sheet.oval(582, 213, 14, 36, light(sheet.tone, 0.1))
    sheet.oval(582, 213, 6, 16, dark(sheet.tone, 0.3))
    sheet.add(f'<rect x="592" y="676" width="30" height="22" rx="6" fill="{BRASS}"/>')


def stove(sheet: Sheet) -> None:
    """Three legs and a blue flame."""
    sheet.tone = "#b7a68a"
    sheet.ground(700)
    sheet.stand(400, 796, 200, 20)
    for path in ("M380,620 L220,790", "M420,620 L580,790", "M400,630 L400,800"):
        sheet.seam(path, 20, 1, "#83898b")
        sheet.gleam(path.replace("380", "376").replace("420", "416"), 5, 0.5)
    sheet.seam("M400,660 C480,720 600,690 700,760", 14, 1, "#5d5a55")
    sheet.body(symmetric("M400,540 L470,540 C486,560 486,630 456,650 L400,654"), "#a3a9ab", shade="round")
    for x in (-120, -40, 40, 120):
        sheet.add(
            f'<path d="M{400 + x},540 C{384 + x},500 {392 + x},480 {402 + x},440 C{414 + x},480 {420 + x},506 {400 + x},540 Z" fill="#6aa6d8" fill-opacity=".75"/><path d="M{400 + x},540 C{392 + x},520 {396 + x},508 {401 + x},490 C{408 + x},510 {410 + x},522 {400 + x},540 Z" fill="#e8f4ff" fill-opacity=".9"/>'
        )
    sheet.body("M250,534 L550,534 L540,566 L260,566 Z", "#8f9698", shade="round")
    for x in range(270, 540, 24):
        sheet.dot(x, 548, 4, "#44494b")
    for path in ("M230,430 L270,552", "M570,430 L530,552", "M396,420 L396,470"):
        sheet.seam(path, 12, 1, "#9ba1a3")
    sheet.seam("M214,432 L300,432 M500,432 L586,432", 12, 1, "#9ba1a3")
    sheet.body("M470,596 L560,596 L560,616 L470,616 Z", "#9ba1a3", shade="fall")
    sheet.add('<rect x="556" y="580" width="34" height="52" rx="8" fill="#b4603a"/>')


def gas_canister(sheet: Sheet) -> None:
    """A squat can with a valve."""
    sheet.tone = "#b4603a"
    sheet.ground(700)
    sheet.stand(400, 800, 170, 26)
    body = symmetric("M400,450 C480,450 540,480 560,540 L566,760 C560,800 480,812 400,812")
    sheet.body(body, shade="round")
    sheet.body(symmetric("M400,560 L563,552 L566,700 Q490,722 400,722"), "#efe4cc", shade="round")
    sheet.add(
        '<g fill="none" stroke="#8a4a2d" stroke-width="7" stroke-linejoin="round"><path d="M352,674 L400,590 L448,674 Z"/><path d="M376,674 L400,632 L424,674"/></g>'
    )
    sheet.seam("M236,756 Q400,790 564,756", 4, 0.25)
    sheet.body(symmetric("M400,414 L432,414 L440,458 L400,462"), STEEL, shade="round")
    sheet.body(symmetric("M400,384 L420,384 L424,416 L400,418"), "#cfd4d6", shade="round")


def pot(sheet: Sheet) -> None:
    """Steel with a folding handle."""
    sheet.tone = "#a9afb1"
    sheet.ground(690)
    sheet.stand(400, 790, 200, 26)
    sheet.seam("M590,560 C700,560 716,610 700,690", 16, 1, "#7d8486")
    sheet.body(symmetric("M400,480 L594,480 L588,750 C570,796 490,800 400,800"), "#b9bfc1", shade="round")
    sheet.body(symmetric("M400,446 C500,446 590,456 604,478 L604,500 L400,506"), "#ccd1d2", shade="round")
    sheet.body(symmetric("M400,412 C440,412 452,420 452,436 L440,452 L400,454"), "#4a4844", shade="round")
    for y in (580, 640, 700):
        sheet.seam(f"M560,{y} L580,{y}", 4, 0.3)
    sheet.gleam("M280,530 C276,620 280,700 292,760", 16, 0.5)


def spoon(sheet: Sheet) -> None:
    """Carved birch."""
    sheet.tone = WOOD
    sheet.ground()
    outline = symmetric(
        "M400,190 C470,190 492,270 480,340 C470,400 428,420 424,470 C422,600 430,720 436,800 C438,840 420,856 400,856"
    )
    sheet.turn(24, 400, 520)
    sheet.cast(outline)
    sheet.body(outline, "#d8b488", "wood")
    sheet.oval(400, 294, 56, 78, dark("#d8b488", 0.16))
    sheet.oval(408, 304, 46, 64, "#cda677")
    sheet.gleam("M366,240 C352,280 356,320 366,350", 8, 0.3)
    sheet.dot(400, 822, 9, dark(WOOD, 0.6))
    sheet.seam("M400,822 C430,860 420,900 380,890", 5, 1, LEATHER)
    sheet.done()


def flask(sheet: Sheet) -> None:
    """A steel flask with its cup."""
    sheet.ground(720)
    sheet.stand(400, 850, 112, 24)
    sheet.body(symmetric("M400,330 C450,330 500,360 506,420 L506,820 C500,850 460,856 400,856"), shade="round")
    sheet.body(symmetric("M400,160 C440,160 470,166 474,184 L480,320 L400,330"), "#c3c8ca", shade="round")
    sheet.body(symmetric("M400,318 L484,314 L490,350 L400,358"), "#8d9395", shade="round")
    sheet.seam("M484,190 C540,196 540,280 486,290", 13, 1, "#aab0b2")
    sheet.seam("M296,440 Q400,462 504,440 M296,800 Q400,822 504,800", 3, 0.22)
    sheet.add(
        f'<g fill="none" stroke="{light(sheet.tone, 0.75)}" stroke-width="5" stroke-linejoin="round"><path d="M362,640 L400,574 L438,640 Z"/><path d="M382,640 L400,608 L418,640"/></g>'
    )
    sheet.gleam("M328,430 L328,790", 12, 0.3)


def head_torch(sheet: Sheet) -> None:
    """A lamp on a band."""
    sheet.ground()
    band = "M220,560 C140,380 300,230 420,240 C560,250 680,380 580,560"
    sheet.seam(band, 60, 0.15)
    sheet.add(f'<path d="{band}" fill="none" stroke="{dark(sheet.tone, 0.1)}" stroke-width="54"/>')
    sheet.add(
        f'<path d="{band}" fill="none" stroke="{light(sheet.tone, 0.35)}" stroke-width="12" stroke-dasharray="18 10"/>'
    )
    lamp = symmetric("M400,480 C500,480 590,496 604,530 L610,680 C600,716 500,726 400,726")
    sheet.cast(lamp)
    sheet.body(lamp, "#45474a", shade="round")
    sheet.dot(400, 604, 96, "#2c2d2f")
    sheet.dot(400, 604, 82, "#e8e4d4")
    sheet.add(
        '<radialGradient id="beam"><stop offset="0" stop-color="#fffbe6"/><stop offset=".6" stop-color="#ffe9a8"/><stop offset="1" stop-color="#d8c58c"/></radialGradient><circle cx="400" cy="604" r="74" fill="url(#beam)"/>'
    )
    sheet.dot(372, 576, 20, "#ffffff", 0.8)
    sheet.dot(540, 604, 22, "#a04a41")
    sheet.dot(536, 599, 8, "#e9b3a8")
    sheet.body("M226,560 L290,560 L290,640 L226,640 Z", sheet.tone, shade="fall")


def lantern(sheet: Sheet) -> None:
    """A storm lantern with a warm glow."""
    sheet.ground(740)
    sheet.stand(400, 856, 150, 24)
    sheet.add(
        '<radialGradient id="glow2"><stop offset="0" stop-color="#ffd27a" stop-opacity=".7"/><stop offset="1" stop-color="#ffd27a" stop-opacity="0"/></radialGradient><circle cx="400" cy="560" r="300" fill="url(#glow2)"/>'
    )
    sheet.seam("M262,470 C180,120 620,120 538,470", 9, 1, "#8b8d8c")
    sheet.seam("M272,790 C230,640 236,440 286,380 M528,790 C570,640 564,440 514,380", 16, 1, dark(sheet.tone, 0.12))
    sheet.body(symmetric("M400,720 L516,720 C536,760 548,800 540,840 C530,862 470,866 400,866"), shade="round")
    sheet.body(
        symmetric("M400,420 C460,430 492,500 490,580 C486,660 470,700 456,722 L400,726"), "#fbe9bd", shade="round"
    )
    sheet.add(
        '<path d="M400,690 C366,650 376,610 400,560 C424,610 434,650 400,690 Z" fill="#f2a541" fill-opacity=".9"/><path d="M400,690 C384,664 390,640 400,614 C410,640 416,664 400,690 Z" fill="#fff3c9"/>'
    )
    for y in (520, 640):
        sheet.seam(f"M312,{y} Q400,{y + 20} 488,{y}", 5, 1, "#8b8d8c")
    sheet.body(symmetric("M400,290 L450,296 L474,380 L500,396 L492,424 L400,432"), shade="round")
    sheet.body(symmetric("M400,262 L434,266 L440,296 L400,300"), dark(sheet.tone, 0.3), shade="round")
    sheet.dot(520, 800, 16, BRASS)
    sheet.gleam("M348,480 C336,560 340,640 352,700", 10, 0.6)


def hatchet(sheet: Sheet) -> None:
    """A forged head on hickory."""
    sheet.tone = "#b79a76"
    sheet.ground()
    sheet.turn(28, 400, 500)
    shaft = "M384,220 L432,216 C440,420 426,600 442,780 C452,830 424,862 390,852 C376,846 388,800 384,770 C372,600 384,420 384,220 Z"
    sheet.cast(shaft)
    sheet.body(shaft, "#d3a570", "wood")
    head = "M360,236 L460,228 L466,344 C440,352 400,352 372,346 C330,360 270,420 222,440 C208,360 208,280 220,206 C270,226 320,240 360,236 Z"
    sheet.cast(head, 10, 14)
    sheet.body(head, "#747a7d", shade="fall")
    sheet.body(
        "M222,440 C208,360 208,280 220,206 C232,212 244,218 256,222 C246,290 248,360 258,416 Z", "#c7ccce", shade=""
    )
    sheet.add('<text x="330" y="304" font-family="Georgia,serif" font-size="30" fill="#54595c">E·H</text>')
    sheet.seam("M400,222 L414,206", 8, 1, "#8f6b45")
    for y in (780, 796, 812):
        sheet.seam(f"M382,{y} L444,{y - 4}", 5, 1, LEATHER)
    sheet.done()


CAMP = {
    draw.__name__: draw
    for draw in (
        tunnel_tent, ridge_tent, sleeping_bag, sleeping_mat, stove, gas_canister, pot, spoon, flask, head_torch,
        lantern, hatchet,
    )
}  # fmt: skip
