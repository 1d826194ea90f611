"""Small charts drawn as SVG on the server: bars and lines of counts, readable in print and in the dark.

Sizes are attributes and colours are style classes, so that no inline style is needed. Every number in a picture is
also in the table that is shown with it; for those who listen, the picture is one image with a name.
"""

from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chengxin.portals.presentation.values import Chart

WIDTH: Final = 640
LABEL_WIDTH: Final = 200
BAR_HEIGHT: Final = 32
BAR_GAP: Final = 8
NUMBER_WIDTH: Final = 88
LINE_HEIGHT: Final = 200
MARGIN: Final = 32


def draw(chart: Chart) -> SafeString:
    """Draw a chart.

    Args:
        chart: Its points and kind.

    Returns:
        One ``svg`` element; empty when there are no points.
    """
    if not chart.points:
        return SafeString("")
    return _line(chart) if chart.kind == "LINE" else _bars(chart)


def _written(value: float) -> str:
    """Write a value with thousands separated, whole numbers without decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _bars(chart: Chart) -> SafeString:
    """Draw horizontal bars with their label on the left and their number at the end."""
    top = max(value for _, value in chart.points) or 1
    room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH
    parts = []
    for index, (label, value) in enumerate(chart.points):
        y = index * (BAR_HEIGHT + BAR_GAP)
        length = round(room * value / top)
        parts.append(
            (
                LABEL_WIDTH - 12,
                y + BAR_HEIGHT // 2 + 6,
                label,
                LABEL_WIDTH,
                y,
                max(length, 1),
                BAR_HEIGHT,
                LABEL_WIDTH + max(length, 1) + 8,
                y + BAR_HEIGHT // 2 + 6,
                _written(value),
            )
        )
    drawn = format_html_join(
        "",
        '<text class="cx-chart__label" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="cx-chart__bar" x="{}" y="{}" width="{}" height="{}" rx="2"></rect>'
        '<text class="cx-chart__number" x="{}" y="{}">{}</text>',
        parts,
    )
    height = len(chart.points) * (BAR_HEIGHT + BAR_GAP) - BAR_GAP
    return format_html(
        '<svg class="cx-chart__picture" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>',
        WIDTH,
        height,
        chart.title,
        drawn,
    )


def _line(chart: Chart) -> SafeString:
    """Draw a line over evenly spaced points, with the first, the last and the highest labelled."""
    top = max(value for _, value in chart.points) or 1
    count = len(chart.points)
    step = (WIDTH - 2 * MARGIN) / max(count - 1, 1)
    places = [
        (round(MARGIN + index * step, 1), round(MARGIN + (LINE_HEIGHT - 2 * MARGIN) * (1 - value / top), 1))
        for index, (_, value) in enumerate(chart.points)
    ]
    path = " ".join(f"{x},{y}" for x, y in places)
    dots = format_html_join("", '<circle class="cx-chart__dot" cx="{}" cy="{}" r="4"></circle>', places)
    highest = max(range(count), key=lambda index: chart.points[index][1])
    marked = sorted({0, count - 1, highest})
    numbers = format_html_join(
        "",
        '<text class="cx-chart__number" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((places[index][0], places[index][1] - 12, _written(chart.points[index][1])) for index in marked),
    )
    labels = format_html_join(
        "",
        '<text class="cx-chart__label" x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (places[index][0], LINE_HEIGHT - 6, "start" if index == 0 else "end", chart.points[index][0])
            for index in sorted({0, count - 1})
        ),
    )
    return format_html(
        '<svg class="cx-chart__picture" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">'
        '<line class="cx-chart__axis" x1="{}" y1="{}" x2="{}" y2="{}"></line>'
        '<polyline class="cx-chart__line" points="{}"></polyline>{}{}{}</svg>',
        WIDTH,
        LINE_HEIGHT,
        chart.title,
        MARGIN,
        LINE_HEIGHT - MARGIN,
        WIDTH - MARGIN,
        LINE_HEIGHT - MARGIN,
        path,
        dots,
        numbers,
        labels,
    )
