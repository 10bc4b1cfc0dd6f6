"""Icons of the pages, drawn by their paths on a field of 24 by 24."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

_FRAME = '<svg class="pl-i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
_PATHS = {
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "box": '<path d="M3.5 7.5 12 3l8.5 4.5v9L12 21l-8.5-4.5zM3.5 7.5 12 12l8.5-4.5M12 12v9"/>',
    "truck": (
        '<path d="M2.5 6h11v10h-11zM13.5 9.5h4l4 3.5v3h-8z"/><circle cx="7" cy="17.5" r="1.8"/><circle '
        'cx="17" cy="17.5" r="1.8"/>'
    ),
    "pin": (
        '<path d="M12 21s7-6.3 7-11.2A7 7 0 0 0 5 9.800c0 4.900 7 11.200 7 11.200z"/><circle cx="12" '
        'cy="9.800" r="2.500"/>'
    ),
    "alert": '<path d="M12 4 2.800 20h18.400zM12 10v4.500M12 17.300v.2"/>',
    "clock": '<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5.300l3.500 2"/>',
    "mail": '<path d="M3.500 6h17v12h-17zM3.500 7l8.500 6 8.500-6"/>',
    "phone": (
        '<path d="M6 3.500h3.500l1.500 4-2 1.500a11 11 0 0 0 6 6l1.500-2 4 1.500V18a2.500 2.500 0 0 1-2.700 '
        '2.500A16.500 16.500 0 0 1 3.500 6.200 2.500 2.500 0 0 1 6 3.500z"/>'
    ),
    "chat": '<path d="M4 5h16v11h-9l-4.500 3.500V16H4z"/>',
    "video": '<circle cx="12" cy="12" r="8.500"/><path d="m10 8.500 5.500 3.500-5.500 3.500z"/>',
    "steps": '<path d="M9 6h11M9 12h11M9 18h11M4 6h.5M4 12h.5M4 18h.5"/>',
    "tip": '<path d="M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900V15h7v-1.100A6 6 0 0 0 12 3z"/>',
    "back": '<path d="M9 5 4 10l5 5M4 10h10a6 6 0 0 1 0 9h-3"/>',
}
ICONS: Mapping[str, Markup] = {name: Markup(_FRAME.format(path)) for name, path in _PATHS.items()}
