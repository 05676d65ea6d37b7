"""Draws curves as one picture: events to the right, each step ten times as many; cost upwards."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from benchmarks.harness.outcome import Curve, Point, number

_WIDTH, _HEIGHT = 560, 210  # of one panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 150, 34, 34
_COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.head{font-weight:600}"
    ".grid{stroke:#ddd}.axis{stroke:#888}"
)


def chart(curves: Sequence[Curve]) -> str:
    """Return an SVG with a panel for each curve, one below the other."""
    height = _HEIGHT * len(curves)
    panels = [
        f'<g transform="translate(0 {_HEIGHT * place})">{"".join(_panel(curve))}</g>'
        for place, curve in enumerate(curves)
    ]
    said = "; ".join(curve.title for curve in curves)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">\n'
        f"<title>What an event costs as they become more: {escape(said)}</title>\n"
        f'<style>{_STYLE}</style>\n<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n'
        + "\n".join(panels)
        + "\n</svg>\n"
    )


def _panel(curve: Curve) -> Iterator[str]:
    points = [point for line in curve.lines.values() for point in line]
    first = math.floor(math.log10(min(point.events for point in points)))
    last = max(first + 1, math.ceil(math.log10(max(point.events for point in points))))
    top = _round_up(max(point.cost for point in points))

    def at(point: Point) -> tuple[float, float]:
        share = (math.log10(point.events) - first) / (last - first)
        x = _LEFT + share * (_WIDTH - _LEFT - _RIGHT)
        return x, _HEIGHT - _BOTTOM - point.cost / top * (_HEIGHT - _TOP - _BOTTOM)

    title = escape(f"{curve.title}, {curve.unit}")
    yield f'<text class="head" x="{_LEFT}" y="18">{title}</text>'
    for step in range(5):
        _, y = at(Point(10**first, top * step / 4))
        yield _line(_LEFT, y, _WIDTH - _RIGHT, y, "grid" if step else "axis")
        yield _text(_LEFT - 6, y + 4, number(top * step / 4) if step else "0", "end")
    for power in range(first, last + 1):
        x, _ = at(Point(10**power, 0))
        yield _text(x, _HEIGHT - _BOTTOM + 18, f"{10**power:,}", "middle")
    for place, (name, line) in enumerate(curve.lines.items()):
        yield from _curve(name, [at(point) for point in line], place)


def _curve(name: str, places: Sequence[tuple[float, float]], place: int) -> Iterator[str]:
    colour = _COLOURS[place % len(_COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    x, y = _WIDTH - _RIGHT + 14, _TOP + 12 + 18 * place
    yield f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>{_text(x + 10, y, name, "start")}'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _round_up(value: float) -> float:
    """Return the next number above that people like on an axis."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return float(next(m * power for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * power >= value))
