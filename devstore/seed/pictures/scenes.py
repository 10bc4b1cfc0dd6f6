"""The pictures that tell something: the hero of the storefront, the how-to pictures, and the logo."""

# ruff: noqa: E501 - an outline is one number series; broken lines hide it

from devstore.seed.pictures.canvas import STEEL, Sheet, dark, mix
from devstore.seed.pictures.goods import DRAWINGS

SCENE_WIDTH, SCENE_HEIGHT = 800, 600
FOREST, RUST, SKY = "#47604f", "#b4603a", "#93afc2"


def _put(sheet: Sheet, drawing: str, tone: str, x: float, y: float, scale: float, turn: float = 0) -> None:
    """A product without its ground; (x, y) is the upper left corner of its 800 by 1000 sheet."""
    cutout = Sheet(tone, is_cutout=True)
    DRAWINGS[drawing](cutout)
    sheet.place(cutout, f"translate({x:g} {y:g}) scale({scale:g}) rotate({turn:g} 400 500)")


def _number(sheet: Sheet, x: float, y: float, figure: int) -> None:
    sheet.dot(x, y, 23, "#fffaf0")
    sheet.add(
        f'<circle cx="{x:g}" cy="{y:g}" r="23" fill="none" stroke="{FOREST}" stroke-width="3"/>'
        f'<text x="{x:g}" y="{y + 9:g}" text-anchor="middle" font-family="Georgia,serif" font-size="26" '
        f'fill="{FOREST}">{figure}</text>'
    )


def _arrow(sheet: Sheet, path: str, tip: str) -> None:
    sheet.add(
        f'<path d="{path}" fill="none" stroke="{RUST}" stroke-width="6" stroke-linecap="round" '
        f'stroke-dasharray="2 13"/><path d="{tip}" fill="none" stroke="{RUST}" stroke-width="6" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _wash_wool(sheet: Sheet) -> None:
    sheet.ground(430)
    sheet.stand(330, 530, 240, 22)
    sheet.body("M84,330 L576,330 C566,440 520,520 470,540 L190,540 C140,520 94,440 84,330 Z", "#d9dcd8", shade="round")
    sheet.oval(330, 330, 246, 58, "#f3f3ee")
    sheet.oval(330, 334, 230, 48, "#b9cfd6")
    sheet.add('<clipPath id="tub"><path d="M0,0 H800 V336 C560,390 100,390 84,336 L0,336 Z"/></clipPath>')
    sheet.add('<g clip-path="url(#tub)">')
    _put(sheet, "rib_sweater", "#e6dcc8", 130, 40, 0.5, 4)
    sheet.done()
    for i in range(34):
        x, y = 110 + (i * 83) % 440, 318 + (i * 47) % 54
        sheet.dot(x, y, 7 + i * 5 % 15, "#ffffff", 0.72)
        sheet.dot(x - 3, y - 3, 3, "#ffffff", 0.9)
    _put(sheet, "bottle", "#ded0b6", 480, 130, 0.46)


def _wax_leather(sheet: Sheet) -> None:
    sheet.ground(390)
    _put(sheet, "boots", "#bd8a58", 40, -30, 0.62)
    _put(sheet, "wax_tin", "#d2a13f", 430, 190, 0.4)
    _put(sheet, "brush", "#cfa878", 420, 20, 0.36, -16)
    _arrow(sheet, "M500,250 C460,280 430,300 400,330", "M416,306 L398,332 L428,330")


def _pitch_tent(sheet: Sheet) -> None:
    sheet.ground(420)
    sheet.add(
        '<path d="M0,420 L140,250 L230,350 L390,170 L540,350 L650,260 L800,400 V420 Z" fill="#9fb3a3" fill-opacity=".45"/>'
    )
    sheet.dot(650, 120, 44, "#f0cd7a", 0.9)
    _put(sheet, "tunnel_tent", "#838a5b", 110, -40, 0.74)
    for figure, x, y in ((1, 110, 470), (2, 372, 236), (3, 700, 470)):
        _number(sheet, x, y, figure)
    _arrow(sheet, "M730,330 C690,330 640,330 600,330", "M620,312 L598,330 L620,348")


def _light_stove(sheet: Sheet) -> None:
    sheet.ground(420)
    _put(sheet, "stove", "#b7a68a", 10, -60, 0.66)
    _put(sheet, "gas_canister", RUST, 430, 110, 0.46)
    sheet.seam("M560,110 L410,200", 11, 1, "#e2c596")
    sheet.seam("M424,192 L410,200", 13, 1, "#5b3026")
    sheet.add(
        '<path d="M404,206 C376,190 384,160 400,132 C420,160 430,186 404,206 Z" fill="#f4ab45"/><path d="M404,204 C392,192 394,176 401,162 C410,178 414,192 404,204 Z" fill="#fff2c4"/>'
    )


def _proof_shell(sheet: Sheet) -> None:
    sheet.ground()
    _put(sheet, "rain_jacket", "#364866", 20, -20, 0.62)
    _put(sheet, "spray", SKY, 440, 60, 0.5)
    for i in range(26):
        x, y = 566 - (i * 29) % 130, 150 + (i * 41) % 110
        sheet.dot(x, y, 2.5 + i % 3, "#6b8ba3", 0.55)


def _break_in_boots(sheet: Sheet) -> None:
    sheet.ground(360)
    _put(sheet, "boots", "#785541", 170, -90, 0.58)
    sheet.body("M110,492 L690,492 L690,566 L110,566 Z", "#fffaf0", shade="")
    for day in range(10):
        x = 139 + day * 58
        tone = mix("#e8c9a0", FOREST, day / 9)
        sheet.dot(x, 529, 21, tone)
        ink = "#fffaf0" if day > 3 else "#4a3a2a"
        sheet.add(
            f'<text x="{x}" y="{537}" text-anchor="middle" font-family="Georgia,serif" font-size="22" fill="{ink}">{day + 1}</text>'
        )


def _darn_hole(sheet: Sheet) -> None:
    sheet.ground()
    wool = "M60,60 L740,60 L740,540 L60,540 Z"
    sheet.cast(wool)
    sheet.body(wool, "#7b8a92", "knit")
    sheet.fold("M80,420 C300,470 520,380 730,440 L730,530 L80,530 Z", 0.08)
    sheet.oval(390, 300, 128, 112, dark("#7b8a92", 0.45))
    for i in range(13):
        x = 276 + i * 19
        sheet.seam(f"M{x},{176 + abs(i - 6) * 5} L{x},{424 - abs(i - 6) * 5}", 9, 1, "#e2b45a")
    for row in range(8):
        y = 206 + row * 20
        for i in range(13):
            if (i + row) % 2:
                x = 276 + i * 19
                sheet.seam(f"M{x - 9},{y} L{x + 9},{y}", 9, 1, "#c9963c")
    sheet.seam("M510,346 C570,350 560,420 620,400", 6, 1, "#c9963c")
    sheet.seam("M620,400 L716,330", 9, 1, STEEL)
    sheet.gleam("M626,393 L712,330", 3, 0.8)
    sheet.oval(628, 394, 7, 3, dark(STEEL, 0.6))


def _fit_backpack(sheet: Sheet) -> None:
    sheet.ground(470)
    _put(sheet, "rolltop", "#d2a13f", 170, -6, 0.58)
    for figure, x, y in ((1, 420, 90), (2, 250, 300), (3, 590, 300)):
        _number(sheet, x, y, figure)
    _arrow(sheet, "M210,230 C190,300 190,360 216,420", "M196,402 L218,424 L226,394")
    _arrow(sheet, "M630,230 C650,300 650,360 624,420", "M644,402 L622,424 L614,394")


HOW_TO = {
    "wash-wool": (_wash_wool, SKY, "A sweater in a basin of suds beside a bottle of wool wash"),
    "wax-leather": (_wax_leather, "#bd8a58", "Leather boots, an open tin of wax and a brush"),
    "pitch-tent": (_pitch_tent, "#838a5b", "A tent in the wind with three numbered steps"),
    "light-stove": (_light_stove, "#b7a68a", "A match brought to a camp stove"),
    "proof-shell": (_proof_shell, "#93afc2", "A rain jacket being sprayed"),
    "break-in-boots": (_break_in_boots, "#b79a76", "Boots above a row of ten days"),
    "darn-hole": (_darn_hole, "#cda49b", "A hole in grey wool, woven shut with yellow thread"),
    "fit-backpack": (_fit_backpack, "#8f9d86", "A backpack with arrows along its straps"),
}


def how_to(name: str) -> str:
    """The 800 by 600 picture of a lesson; raises KeyError."""
    draw, tone, words = HOW_TO[name]
    sheet = Sheet(tone, SCENE_WIDTH, SCENE_HEIGHT)
    draw(sheet)
    return sheet.svg(words)


def hero() -> str:
    """1600 by 900: a camp by a lake in the evening, for the head of the storefront."""
    sheet = Sheet("#c98d62", 1600, 900)
    sheet.add(
        '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b9c8cc"/>'
        '<stop offset=".55" stop-color="#eed9bd"/><stop offset="1" stop-color="#e9b98c"/></linearGradient>'
        '<linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d9b894"/>'
        '<stop offset="1" stop-color="#8fa3a3"/></linearGradient></defs><rect width="1600" height="900" fill="url(#sky)"/>'
    )
    sheet.dot(1130, 330, 70, "#fbe7bd", 0.9)
    sheet.dot(1130, 330, 150, "#fbe7bd", 0.22)
    for path, tone in (
        ("M0,470 L180,320 L300,410 L520,210 L720,400 L900,290 L1100,430 L1300,300 L1600,450 V620 H0 Z", "#a9b3ad"),
        ("M0,520 L220,420 L420,500 L640,380 L880,510 L1180,410 L1600,520 V640 H0 Z", "#7f9187"),
    ):
        sheet.add(f'<path d="{path}" fill="{tone}"/>')
    sheet.add('<path d="M520,210 L580,268 L546,262 L520,280 L498,256 L462,264 Z" fill="#f3ece0"/>')
    sheet.add('<rect y="560" width="1600" height="150" fill="url(#lake)"/>')
    for i in range(16):
        x, y = 900 + (i * 61) % 460, 574 + i * 8
        sheet.seam(f"M{x},{y} h{60 + (i * 37) % 90}", 4, 0.4, "#fbe7bd")
    _forest(sheet)
    sheet.add('<path d="M0,690 C260,640 520,668 800,700 S1340,690 1600,650 V900 H0 Z" fill="#5f7058"/>')
    sheet.add('<path d="M0,760 C360,700 700,740 1000,770 S1420,750 1600,730 V900 H0 Z" fill="#6f7f60"/>')
    _put(sheet, "tunnel_tent", "#b4603a", 150, 262, 0.72)
    _put(sheet, "rolltop", "#47604f", 720, 462, 0.42)
    _put(sheet, "lantern", "#34363a", 1010, 520, 0.38)
    _put(sheet, "kettle", "#a04a41", 1180, 540, 0.36)
    _put(sheet, "enamel_mug", "#f3f0e8", 1400, 640, 0.24)
    return sheet.svg("A tent, a lantern and a kettle by a lake in the evening")


def _forest(sheet: Sheet) -> None:
    for i in range(46):
        x = (i * 97 + i * i * 13 % 71) % 1660 - 30
        if 980 < x < 1320:
            continue
        tall, y = 90 + (i * 53) % 90, 586 + (i * 17) % 16
        sheet.add(_spruce(x, y, tall, ("#4c6355", "#57705f", "#425649")[i % 3]))


def _spruce(x: float, y: float, tall: float, tone: str) -> str:
    layers = ""
    for i in range(4):
        top, wide = y - tall + i * tall * 0.2, tall * (0.13 + i * 0.06)
        foot = top + tall * 0.36
        layers += f"M{x:g},{top:g} L{x + wide:g},{foot:g} L{x - wide:g},{foot:g} Z "
    return f'<path d="{layers}" fill="{tone}"/>'


def logo() -> str:
    """The word mark, 560 by 120, in one dark tone on nothing."""
    ink = dark(FOREST, 0.3)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 120" width="560" height="120" role="img">'
        f'<title>Hedvall &amp; Daughters</title><g fill="none" stroke="{ink}" stroke-width="7" stroke-linejoin="round">'
        '<path d="M14,96 L62,18 L110,96 Z"/><path d="M38,96 L62,57 L86,96"/></g>'
        f'<g fill="{ink}" font-family="Georgia,\'Times New Roman\',serif"><text x="138" y="66" font-size="52" '
        'letter-spacing="1.5">Hedvall</text><text x="140" y="98" font-size="21" letter-spacing="6.2">&amp; DAUGHTERS'
        "</text></g></svg>\n"
    )
