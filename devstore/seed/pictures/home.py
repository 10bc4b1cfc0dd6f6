"""Mugs, candles, blankets: what waits indoors."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import LEATHER, WOOD, Sheet, dark, is_pale, light, mix, symmetric


def _flame(sheet: Sheet, x: float, y: float, size: float = 1) -> None:
    for scale, tone in ((1.0, "#f4ab45"), (0.55, "#fff2c4")):
        wide, tall = 20 * size * scale, 64 * size * scale
        sheet.add(
            f'<path d="M{x},{y} C{x - wide * 1.4:g},{y - tall * 0.3:g} {x - wide * 0.7:g},{y - tall * 0.6:g} {x},{y - tall:g} '
            f'C{x + wide * 0.7:g},{y - tall * 0.6:g} {x + wide * 1.4:g},{y - tall * 0.3:g} {x},{y} Z" fill="{tone}"/>'
        )


def _glow(sheet: Sheet, x: float, y: float, radius: float) -> None:
    sheet.add(
        '<radialGradient id="warm"><stop offset="0" stop-color="#ffd892" stop-opacity=".8"/><stop offset="1" '
        f'stop-color="#ffd892" stop-opacity="0"/></radialGradient><circle cx="{x}" cy="{y}" r="{radius}" fill="url(#warm)"/>'
    )


def _steam(sheet: Sheet, x: float, y: float) -> None:
    for dx in (-34, 18):
        path = f"M{x + dx},{y} c-24,-34 26,-60 4,-104 c-12,-26 10,-44 6,-66"
        sheet.add(
            f'<path d="{path}" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="13" stroke-linecap="round" filter="url(#soft)"/>'
        )


def enamel_mug(sheet: Sheet) -> None:
    """Enamelled steel with a dark rim."""
    sheet.ground(700)
    sheet.stand(390, 806, 160, 24)
    sheet.seam("M536,540 C650,530 650,730 526,720", 26, 1, dark(sheet.tone, 0.14))
    sheet.seam("M536,536 C640,530 640,716 528,710", 10, 0.25, "#ffffff")
    sheet.body(symmetric("M390,470 L544,470 L530,780 C520,804 460,812 390,812", 390), shade="round")
    sheet.oval(390, 470, 154, 34, "#2f2e2d")
    sheet.oval(390, 472, 144, 28, light(sheet.tone, 0.5))
    sheet.oval(390, 482, 126, 19, "#4a3222")
    spots = dark(sheet.tone, 0.35) if is_pale(sheet.tone) else light(sheet.tone, 0.6)
    for i in range(26):
        sheet.dot(262 + (i * 97) % 250, 540 + (i * 61) % 240, 1.6 + i % 3 * 0.7, spots, 0.55)
    sheet.gleam("M282,530 L292,740", 16, 0.4)
    _steam(sheet, 390, 440)


def stoneware_mug(sheet: Sheet) -> None:
    """Thrown and dipped: glaze above, clay below."""
    sheet.ground(700)
    sheet.stand(390, 812, 160, 26)
    sheet.seam("M530,560 C640,560 630,730 520,716", 34, 1, dark(sheet.tone, 0.1))
    sheet.seam("M532,552 C622,556 614,700 520,700", 8, 0.22, "#ffffff")
    body = symmetric("M390,486 L536,486 C548,600 540,740 512,800 C490,816 440,820 390,820", 390)
    sheet.body(body, "#b98d67", "speckle", "round")
    glaze = "M244,486 L536,486 C544,570 544,640 536,700 C500,730 470,690 430,716 C396,738 350,696 316,718 C290,732 262,716 246,700 C238,640 236,570 244,486 Z"
    sheet.body(glaze, sheet.tone, "speckle", "round")
    sheet.oval(390, 486, 146, 32, light(sheet.tone, 0.25))
    sheet.oval(390, 490, 130, 25, dark(sheet.tone, 0.35))
    sheet.oval(390, 498, 114, 17, "#3f2a1c")
    for y in (560, 620, 664):
        sheet.seam(f"M246,{y} Q390,{y + 30} 538,{y}", 3, 0.09)
    sheet.gleam("M284,540 C280,600 282,650 288,690", 14, 0.34)
    _steam(sheet, 390, 452)


def bowl(sheet: Sheet) -> None:
    """Two, stacked."""
    sheet.ground(690)
    sheet.stand(400, 800, 180, 26)
    for y in (90, 0):
        part = symmetric(f"M400,{520 + y} L620,{520 + y} C612,{620 + y} 540,{700 + y} 480,{716 + y} L400,{720 + y}")
        sheet.body(part, "#b98d67", "speckle", "round")
        glaze = f"M180,{520 + y} L620,{520 + y} C616,{570 + y} 596,{616 + y} 566,{650 + y} C520,{670 + y} 490,{636 + y} 440,{656 + y} C390,{676 + y} 340,{640 + y} 290,{660 + y} C260,{668 + y} 236,{656 + y} 228,{642 + y} C200,{606 + y} 184,{566 + y} 180,{520 + y} Z"
        sheet.body(glaze, sheet.tone if y == 0 else dark(sheet.tone, 0.08), "speckle", "round")
        sheet.oval(400, 520 + y, 220, 50, light(sheet.tone, 0.25))
        sheet.oval(400, 526 + y, 204, 42, dark(sheet.tone, 0.25))
    sheet.oval(410, 540, 170, 28, dark(sheet.tone, 0.1))
    sheet.gleam("M224,570 C234,604 250,626 268,640", 12, 0.35)


def candle(sheet: Sheet) -> None:
    """Wax in a glass, lit."""
    sheet.ground(720)
    _glow(sheet, 400, 470, 300)
    sheet.stand(400, 824, 140, 24)
    glass = symmetric("M400,470 L528,470 L520,800 C510,824 460,830 400,830")
    wax = symmetric("M400,560 L524,560 L518,790 C508,812 460,818 400,818")
    sheet.body(wax, mix(sheet.tone, "#fff3da", 0.2), shade="round")
    sheet.oval(400, 560, 124, 24, light(sheet.tone, 0.4))
    sheet.oval(400, 562, 70, 12, "#ffe9b0", 0.8)
    sheet.seam("M400,562 L400,528", 5, 1, "#3b2f28")
    _flame(sheet, 400, 540, 1.5)
    sheet.add(
        f'<path d="{glass}" fill="#ffffff" fill-opacity=".16" stroke="#ffffff" stroke-opacity=".65" stroke-width="4"/>'
    )
    sheet.oval(400, 470, 128, 22, "#ffffff", 0.22)
    sheet.body("M318,640 L482,640 L482,756 L318,756 Z", "#f4ecdb", shade="")
    sheet.add(
        '<text x="400" y="694" text-anchor="middle" font-family="Georgia,serif" font-size="30" fill="#5b4c3a" letter-spacing="3">KVÄLL</text>'
        '<path d="M352,716 H448" stroke="#5b4c3a" stroke-opacity=".5" stroke-width="2"/><text x="400" y="740" text-anchor="middle" font-family="Georgia,serif" font-size="15" fill="#7c6c55">40 h</text>'
    )
    sheet.gleam("M296,500 L304,780", 10, 0.5)


def matches(sheet: Sheet) -> None:
    """A long box, half open."""
    sheet.tone = "#b4603a"
    sheet.ground()
    sheet.turn(-12, 400, 500)
    tray = "M250,260 L520,260 L520,420 L250,420 Z"
    sheet.cast("M250,260 L520,260 L520,800 L250,800 Z")
    sheet.body(tray, "#d9c9a8", shade="side")
    for i in range(14):
        x = 266 + i * 18
        sheet.add(f'<path d="M{x},440 V{288 + i * 5 % 9}" stroke="#e9d3a5" stroke-width="9"/>')
        sheet.oval(x, 286 + i * 5 % 9, 8, 14, "#7c3328")
    sheet.body("M242,390 L528,390 L528,808 L242,808 Z", "#efe3cb", shade="side")
    sheet.body("M242,390 L276,390 L276,808 L242,808 Z", "#6d5546", "speckle", "")
    sheet.add(
        '<g fill="none" stroke="#a04a41" stroke-width="7" stroke-linejoin="round"><path d="M324,690 L400,560 L476,690 Z"/><path d="M362,690 L400,624 L438,690"/></g>'
        '<text x="400" y="756" text-anchor="middle" font-family="Georgia,serif" font-size="25" letter-spacing="1" fill="#7c3328">TÄNDSTICKOR</text>'
    )
    sheet.done()


def kettle(sheet: Sheet) -> None:
    """An enamel coffee kettle."""
    sheet.ground(700)
    sheet.stand(400, 806, 200, 26)
    sheet.seam("M262,520 C250,330 550,330 538,520", 15, 1, "#8b8d8c")
    sheet.seam("M330,394 C370,376 430,376 470,394", 28, 1, WOOD)
    sheet.body(
        "M560,560 C620,560 650,520 690,470 L716,488 C690,580 640,660 566,690 Z", dark(sheet.tone, 0.08), shade="fall"
    )
    sheet.body(symmetric("M400,500 L500,500 C560,560 600,680 590,780 C570,808 490,812 400,812"), shade="round")
    sheet.body(symmetric("M400,468 C450,468 490,480 506,500 L506,514 L400,520"), dark(sheet.tone, 0.2), shade="round")
    sheet.dot(400, 456, 18, WOOD)
    sheet.seam("M218,740 Q400,770 590,740", 4, 0.3)
    sheet.gleam("M300,560 C264,620 250,700 252,750", 18, 0.36)


def blanket(sheet: Sheet) -> None:
    """Folded in three, with fringes."""
    sheet.ground(700)
    sheet.stand(400, 800, 270, 26)
    pale = light(sheet.tone, 0.6)
    for i, y in enumerate((700, 604, 508)):
        tone = dark(sheet.tone, 0.1 - i * 0.05)
        fold = f"M150,{y} C136,{y} 136,{y + 96} 150,{y + 96} L630,{y + 96} C664,{y + 96} 664,{y} 630,{y} Z"
        sheet.body(fold, tone, "felt", "fall")
        sheet.seam(f"M152,{y + 96} L634,{y + 96}", 4, 0.25)
        for x in (212, 262, 312):
            sheet.add(
                f'<path d="M{x},{y + 4} V{y + 92}" stroke="{pale}" stroke-opacity=".55" stroke-width="{20 if x == 262 else 8}"/>'
            )
    sheet.body(
        "M150,470 L640,470 C664,476 664,508 640,512 L150,512 C136,506 136,476 150,470 Z",
        light(sheet.tone, 0.08),
        "felt",
        "fall",
    )
    for i in range(24):
        y = 520 + i * 11.4
        sheet.add(
            f'<path d="M150,{y:g} q-22,{i % 5 - 2} -40,{i % 3 * 4}" stroke="{dark(sheet.tone, 0.06)}" stroke-width="5" fill="none" stroke-linecap="round"/>'
        )
    sheet.add(
        f'<rect x="520" y="618" width="84" height="56" rx="3" fill="{LEATHER}"/><path d="M548,660 l14,-26 l14,26 Z" fill="none" stroke="#f5e9d4" stroke-width="3"/>'
    )


def cushion(sheet: Sheet) -> None:
    """Washed linen, one wooden button."""
    sheet.ground(720)
    sheet.stand(400, 796, 240, 28)
    body = "M176,326 C300,350 500,350 624,326 C640,330 644,344 640,360 C616,500 616,640 640,770 C642,790 630,800 612,796 C480,776 320,776 188,796 C170,800 158,790 160,770 C184,640 184,500 160,360 C156,344 160,330 176,326 Z"
    sheet.body(body, texture="canvas")
    for path in ("M396,560 C330,500 250,430 190,350 C270,410 350,490 404,550 Z", "M404,560 C470,500 550,430 610,350 C540,420 460,500 400,552 Z",
                 "M398,566 C340,640 260,720 196,776 C250,700 330,620 396,560 Z", "M402,566 C460,640 540,720 606,776 C540,690 470,620 404,560 Z"):  # fmt: skip
        sheet.fold(path, 0.2)
    sheet.stitch("M190,344 C310,366 490,366 612,344", opacity=0.4)
    sheet.button(400, 560, 24, "#b78a58")


def tea_towel(sheet: Sheet) -> None:
    """A check that hides the beetroot."""
    sheet.ground()
    sheet.body("M80,214 L720,214 L720,232 L80,232 Z", WOOD, "wood", "fall")
    for x, tone in ((150, "#efe7d6"), (420, "#e9dfca")):
        cloth = f"M{x},206 L{x + 230},206 L{x + 236},770 Q{x + 116},790 {x - 6},770 Z"
        sheet.cast(cloth)
        sheet.body(cloth, tone, "canvas")
        sheet.add(f'<clipPath id="c{x}"><path d="{cloth}"/></clipPath><g clip-path="url(#c{x})" stroke="{sheet.tone}">')
        for i in range(8):
            sheet.add(
                f'<path d="M{x + 14 + i * 34},200 V800" stroke-opacity=".42" stroke-width="{15 if i % 2 else 5}"/>'
            )
        for i in range(17):
            sheet.add(
                f'<path d="M{x - 10},{240 + i * 34} H{x + 250}" stroke-opacity=".42" stroke-width="{15 if i % 2 else 5}"/>'
            )
        sheet.done()
        sheet.body(cloth, "#ffffff00", shade="side")
        sheet.fold(
            f"M{x + 150},220 C{x + 130},400 {x + 170},600 {x + 150},778 C{x + 196},600 {x + 170},400 {x + 172},220 Z",
            0.14,
        )


def soap(sheet: Sheet) -> None:
    """A bar with a paper band, on another."""
    sheet.ground(660)
    sheet.stand(400, 760, 230, 26)
    for y, dx, tone in ((620, 0, dark(sheet.tone, 0.12)), (470, -16, sheet.tone)):
        bar = f"M{190 + dx},{y} C{190 + dx},{y - 16} {210 + dx},{y - 22} {230 + dx},{y - 22} L{590 + dx},{y - 22} C{614 + dx},{y - 20} {626 + dx},{y - 10} {626 + dx},{y + 10} L{626 + dx},{y + 120} C{620 + dx},{y + 142} {600 + dx},{y + 146} {580 + dx},{y + 146} L{230 + dx},{y + 146} C{206 + dx},{y + 144} {190 + dx},{y + 130} {190 + dx},{y + 110} Z"
        sheet.body(bar, mix(tone, "#e8dcc0", 0.25), "speckle", "fall")
        sheet.body(
            f"M{320 + dx},{y - 24} L{500 + dx},{y - 24} L{500 + dx},{y + 148} L{320 + dx},{y + 148} Z",
            "#f2e8d3",
            shade="fall",
        )
        sheet.add(
            f'<text x="{410 + dx}" y="{y + 66}" text-anchor="middle" font-family="Georgia,serif" font-size="34" letter-spacing="5" fill="#5d4c38">SKOG</text>'
            f'<path d="M{396 + dx},{y + 104} l14,-24 l14,24 Z" fill="none" stroke="#5d4c38" stroke-width="3"/>'
        )


def board(sheet: Sheet) -> None:
    """A plank with a leather loop."""
    sheet.tone = WOOD
    sheet.ground()
    plank = symmetric(
        "M400,270 C440,270 450,300 456,340 L540,360 C556,366 560,380 560,400 L560,800 C560,830 540,840 400,840"
    )
    sheet.cast(plank)
    sheet.body(plank, "#d9b88c", "wood")
    sheet.dot(400, 310, 15, dark(WOOD, 0.6))
    sheet.seam("M400,310 C370,230 380,190 400,180 C420,190 430,230 402,308", 8, 1, LEATHER)
    sheet.gleam("M262,390 L262,800", 6, 0.3)


HOME = {
    draw.__name__: draw
    for draw in (
        enamel_mug, stoneware_mug, bowl, candle, matches, kettle, blanket, cushion, tea_towel, soap, board,
    )
}  # fmt: skip
