"""A site in its hall as a picture to scale: SVG in the colours of the page it stands on."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from kapok.places.files.writing import replacing
from kapok.planning.sites.outcome import Outcome, with_staff
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _
from kapok.words import ngettext
from kapok_planning.sites import Layout, Room, lay_out

PER_M = 10  # units of the picture
MARGIN = 12
BELOW = 44
DESK, SEAT, QUEUE = "#c2410c", "#0f766e", "#2563eb"
FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"


def layout_of(read: Description, outcome: Outcome) -> Layout:
    """Where everything stands, with room for the queues of most days."""
    queues = outcome.measured.queue_most.mean.tolist()
    site = with_staff(read.situation, outcome.staff).site
    return lay_out(site, queues, outcome.measured.outside_enough, read.hall)


def too_long(read: Description, layout: Layout) -> str:
    """Says by how much a hall is too short; blank where it is not."""
    if read.hall.length_m is None or layout.length_m <= read.hall.length_m:
        return ""
    return _("The hall is %(have)s m long; at %(width)s m width this site needs %(need)s m.") % {
        "have": f"{read.hall.length_m:g}",
        "width": f"{layout.width_m:g}",
        "need": f"{layout.length_m:g}",
    }


def write(path: Path, read: Description, outcome: Outcome) -> None:
    """Write the layout as a file of its own."""
    layout = layout_of(read, outcome)
    with replacing(path) as file:
        file.write((svg(read, outcome, layout, is_alone=True) + "\n").encode())


def frame(layout: Layout) -> tuple[int, int, int, int]:
    """Left, top, width and height of the picture."""
    left = min([-8.0, *(x for x, _y in layout.outside)]) * PER_M - MARGIN
    width = layout.width_m * PER_M + MARGIN - left
    return round(left), -MARGIN, round(width), round(layout.length_m * PER_M + MARGIN + BELOW)


def svg(read: Description, outcome: Outcome, layout: Layout, *, is_alone: bool = False) -> str:
    """The picture; alone it brings its own colours and paper."""
    left, top, width, height = frame(layout)
    title = _("%(site)s, drawn to scale") % {"site": read.name}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'role="img" aria-label={quoteattr(title)} font-family={quoteattr(FONT)} font-size="8" '
        + (f'color="#1f2937" width="{2 * width}">' if is_alone else 'fill="currentColor">')
    ]
    if is_alone:
        lines.append(f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#fff"/>')
    for room in layout.rooms:
        lines += _room(read, outcome, room)
    lines += [
        f'<rect width="{_u(layout.width_m)}" height="{_u(layout.length_m)}" fill="none" '
        'stroke="currentColor" stroke-width="3"/>',
        *_outside(outcome, layout),
        *(_arrow(layout.rooms, i) for i in range(len(layout.rooms))),
        _door(layout.entrance),
        _door(layout.exit),
        *_scale(read, layout),
        "</svg>",
    ]
    return "\n".join(lines)


def _u(metres: float) -> str:
    return f"{metres * PER_M:.4g}"


def _room(read: Description, outcome: Outcome, room: Room) -> list[str]:
    station = read.situation.site.stations[room.station]
    n = max(outcome.staff[room.station])
    what = (
        ngettext("%(n)d seat", "%(n)d seats", n)
        if station.is_seats
        else ngettext("%(n)d desk", "%(n)d desks", n)
    )
    x, y = room.x * PER_M, room.y * PER_M
    lines = [
        f'<rect x="{_u(room.x)}" y="{_u(room.y)}" width="{_u(room.width)}" '
        f'height="{_u(room.height)}" fill="currentColor" fill-opacity="0.03" '
        'stroke="currentColor" stroke-opacity="0.35"/>'
    ]
    if outcome.measured.queue_most.mean[room.station] >= 1 and room.station:
        lines.append(_way(room.queue))
    colour = SEAT if station.is_seats else DESK
    lines.append(f'<path d="{_desks(room)}" fill="{colour}" fill-opacity="0.85"/>')
    lines.append(
        f'<text x="{x + 4:.4g}" y="{y + 10:.4g}" fill="currentColor">'
        f'<tspan font-weight="600">{escape(station.name)}</tspan>'
        f'<tspan x="{x + 4:.4g}" dy="9" fill-opacity="0.7" font-size="7">'
        f"{escape(what % {'n': n})}</tspan></text>"
    )
    return lines


def _desks(room: Room) -> str:
    """All desks of a room as one path."""
    wide, deep = (PER_M * size for size in room.desk_m)
    return "".join(
        f"M{x * PER_M - wide / 2:.4g} {y * PER_M - deep / 2:.4g}h{wide:.3g}v{deep:.3g}h-{wide:.3g}z"
        for x, y in room.desks
    )


def _way(points: tuple[tuple[float, float], ...]) -> str:
    way = " ".join(f"{_u(x)},{_u(y)}" for x, y in points)
    return (
        f'<polyline points="{way}" fill="none" stroke="{QUEUE}" stroke-opacity="0.3" '
        'stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _outside(outcome: Outcome, layout: Layout) -> list[str]:
    n = outcome.measured.outside_enough
    if not n:
        return []
    said = ngettext("%(n)d person outside", "%(n)d people outside", n) % {"n": n}
    y = max(y for _x, y in layout.outside) + 1.4
    return [
        _way(layout.outside),
        f'<text x="-6" y="{_u(y)}" text-anchor="end" fill="currentColor" fill-opacity="0.7">'
        f"{escape(said)}</text>",
    ]


def _arrow(rooms: tuple[Room, ...], i: int) -> str:
    """Out of a room, the way people walk: at the end of a shelf down to the next."""
    room = rooms[i]
    here = room.x, room.goes_right
    later = [each for each in rooms[i + 1 :] if (each.x, each.goes_right) != here]
    side = room.x + room.width if room.goes_right else room.x
    if later and later[0].goes_right != room.goes_right:
        x, y = (side - 1.5 if room.goes_right else side + 1.5) * PER_M, later[0].y * PER_M
        return f'<path d="M{x:.4g} {y + 5:.4g}l-6 -9h12z" fill="currentColor"/>'
    x, y, back = side * PER_M, (room.y + room.height / 2) * PER_M, -9 if room.goes_right else 9
    return f'<path d="M{x:.4g} {y:.4g}l{back} -6v12z" fill="currentColor"/>'


def _door(point: tuple[float, float]) -> str:
    x, y = point[0] * PER_M, point[1] * PER_M
    return f'<path d="M{x:.4g} {y - 10:.4g}v20" stroke="#16a34a" stroke-width="6"/>'


def _scale(read: Description, layout: Layout) -> list[str]:
    y = layout.length_m * PER_M + 22
    size = _("%(width)s m × %(length)s m") % {
        "width": f"{layout.width_m:g}",
        "length": f"{layout.length_m:g}",
    }
    end = layout.width_m * PER_M
    lines = [
        f'<path d="M0 {y - 4:.4g}v4h100v-4" fill="none" stroke="currentColor"/>',
        f'<text x="106" y="{y + 4:.4g}" fill="currentColor">10 m</text>',
        f'<text x="{end:.4g}" y="{y + 4:.4g}" text-anchor="end" fill="currentColor">{size}</text>',
    ]
    if problem := too_long(read, layout):
        lines.append(f'<text x="0" y="{y + 20:.4g}" fill="#dc2626">{escape(problem)}</text>')
    return lines
