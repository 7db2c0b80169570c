"""The report's parts around the map: heading, figures, videos, method. Each gives HTML."""

from __future__ import annotations

from core.export.html_report.content import Report, VideoLine
from core.export.html_report.markup import link, said, swatch, table, text
from core.format import clock, count, percent


def heading(report: Report) -> str:
    """Title, what it is about, and the groups."""
    groups = "".join(
        f'<li>{swatch(g.colour)}{said(g.name, "strong")} <span class="faint">'
        f"{count(g.videos, 'video')}, {count(g.frames, 'frame')}, {percent(g.share)}</span></li>"
        for g in report.groups
    )
    facts = "".join(
        f"<div><dt>{text(what)}</dt><dd>{text(number)}</dd>"
        f'<dd class="remark">{text(remark)}</dd></div>'
        for number, what, remark in report.facts
    )
    return (
        '<header class="top"><p class="eyebrow">Video Affinity Browser</p>'
        f"<h1>{said(report.title)}</h1><p class='subtitle'>{text(report.subtitle)}</p>"
        f'<ul class="groups">{groups}</ul></header><dl class="facts">{facts}</dl>'
    )


def figures(report: Report) -> str:
    """Errors beside PCA's, and the videos."""
    errors = table(
        ("Model", "Training frames", "Held-out frames"),
        ((said(e.name), _error(e.train), _error(e.held_out)) for e in report.errors),
        "numbers",
    )
    videos = table(
        ("Video", "Group", "Length", "Sampled", "Frames", "Captions"),
        (_video(video) for video in report.videos),
        "videos",
    )
    return (
        '<section id="figures"><h2>The run in figures</h2>'
        f'{errors}<p class="note">{text(report.error_note)}</p>'
        f"<h3>Videos</h3>{videos}</section>"
    )


def method(report: Report) -> str:
    """How the figures came about."""
    lines = "".join(f"<li>{text(line)}</li>" for line in report.method)
    head = '<section id="method"><h2>How this was made</h2>'
    return f'{head}<ul class="lines">{lines}</ul></section>'


def _video(video: VideoLine) -> tuple[str, ...]:
    return (
        link(video.title, video.watch_url),
        f"{swatch(video.colour)}{said(video.group)}",
        clock(video.duration_s),
        f"every {video.every_s:g} s",
        f"{video.frames:,}",
        text(video.captions),
    )


def _error(value: float | None) -> str:
    return '<span class="faint">not measured</span>' if value is None else f"{value:.2f}"
