"""The report's comparison of groups: sentences first, then one line per cluster. Gives HTML."""

from __future__ import annotations

from core.export.html_report.clusters import words
from core.export.html_report.content import ComparisonRow, ComparisonTable, Report
from core.export.html_report.markup import colour, said, swatch, table, text
from core.format import percent


def comparison(report: Report) -> str:
    """The section, or why there is no comparison."""
    head = '<section id="comparison"><h2>The groups compared</h2>'
    found = report.comparison
    if found is None:
        return f'{head}<p class="note">{text(report.no_comparison)}</p></section>'
    sentences = "".join(f"<p>{text(sentence)}</p>" for sentence in found.sentences)
    footage = "".join(f"<li>{text(line)}</li>" for line in found.footage)
    linked = (
        f'<h3>Footage that videos share</h3><ul class="lines">{footage}</ul>' if footage else ""
    )
    return f"{head}{sentences}{_bars(found)}{_table(found)}{_words(found)}{linked}</section>"


def _bars(found: ComparisonTable) -> str:
    """Each cluster's airtime by group; a line through all shows what the groups have overall."""
    if not found.clusters:
        return ""
    legend = "".join(
        f"<li>{swatch(row.colour)}{said(row.group)} "
        f'<span class="faint">{percent(row.overall)} of all airtime</span></li>'
        for row in found.clusters[0][2]
    )
    lines = "".join(_bar(title, own, rows) for title, own, rows in found.clusters)
    return (
        f'<ul class="groups">{legend}</ul><div class="bars" role="img" '
        f'aria-label="Each group&#39;s part of each cluster; the table below has the numbers">'
        f'{lines}</div><p class="note">The upright marks are the groups\' parts of all airtime: '
        "where a colour reaches past its mark, the group has more of the cluster.</p>"
    )


def _bar(title: str, own: str, rows: tuple[ComparisonRow, ...]) -> str:
    parts = "".join(
        f'<i style="flex:{row.of_cluster:.4f};background:{colour(row.colour)}"></i>' for row in rows
    )
    marks, reached = "", 0.0
    for row in rows[:-1]:
        reached += row.overall
        marks += f'<b style="left:{100 * reached:.2f}%"></b>'
    first = rows[0]
    return (
        f'<div>{_title(title, own)}<span class="track"><span class="bar">{parts}</span>{marks}'
        f'</span><span class="value">{percent(first.of_cluster)}</span></div>'
    )


def _table(found: ComparisonTable) -> str:
    rows = [row for _, _, of_cluster in found.clusters for row in of_cluster]
    tested = any(row.p is not None for row in rows)
    heads = ["Cluster", "Group", "Frames", "Of the cluster", "Overall", "Of the group", "Ratio"]
    if tested:
        heads += ["95 % interval", "p", "q"]
    cells = []
    for title, own, of_cluster in found.clusters:
        for place, row in enumerate(of_cluster):
            line = [
                _title(title, own) if place == 0 else "",
                f"{swatch(row.colour)}{said(row.group)}",
                f"{row.frames:,}",
                f"<strong>{percent(row.of_cluster)}</strong>",
                percent(row.overall),
                percent(row.share),
                _times(row),
            ]
            if tested:
                line += [_interval(row.interval), _p(row.p), _p(row.q)]
            cells.append(line)
    about = (
        "Of the cluster: the group's part of the cluster's airtime; overall: its part of all "
        "airtime. Of the group: the cluster's part of the group's airtime. Ratio: that over the "
        "same of the other groups, half a frame added to every count."
    )
    shown = table(heads, cells, "comparison")
    return (
        f'<details open><summary>The numbers</summary>{shown}<p class="note">{about}</p></details>'
    )


def _words(found: ComparisonTable) -> str:
    lines = []
    for title, own, rows in found.clusters:
        for row in rows:
            if row.words:
                lines.append(
                    (
                        _title(title, own),
                        f"{swatch(row.colour)}{said(row.group)}",
                        f'<ul class="words">{words(row.words)}</ul>',
                        f'<span class="faint">{text(row.words_against)}</span>',
                    )
                )
    if not lines:
        return ""
    return "<h3>Words that mark each group within a cluster</h3>" + table(
        ("Cluster", "Group", "Words, and how often", "Against"), lines, "words-table"
    )


def _title(title: str, own: str) -> str:
    return f'<span class="cluster" style="--own:{colour(own)}">{said(title, "ellipsis")}</span>'


def _times(row: ComparisonRow) -> str:
    """The ratio, unless it would rest on half a frame: where one side has none, that is said."""
    ratio = row.ratio
    if row.frames == 0:
        return "none here"
    if row.of_cluster >= 1:
        return "only here"
    if ratio is None or ratio <= 0:
        return ""
    return f"{ratio:.1f} times" if ratio >= 1 else f"1 in {1 / ratio:.1f}"


def _interval(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "under .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")
