"""The report's clusters: one card each, in the order of their numbers. Gives HTML."""

from __future__ import annotations

from core.export.html_report.content import (
    ClusterCard,
    GroupPart,
    MarkingWord,
    Report,
    Sample,
    Strip,
)
from core.export.html_report.markup import colour, picture, said, swatch, text
from core.format import clock, count, percent


def clusters(report: Report) -> str:
    """The section of all cards."""
    cards = "".join(_card(card) for card in report.clusters)
    return (
        f'<section id="clusters"><h2>Clusters</h2><p class="note">{text(report.clusters_note)}</p>'
        f'<div class="cards">{cards}</div></section>'
    )


def words(marking: tuple[MarkingWord, ...]) -> str:
    """Words with how often they are said here, and elsewhere on pointing at them."""
    return "".join(
        f'<li title="{word.count} here, {word.elsewhere} elsewhere">{said(word.word)}'
        f' <span class="faint">{word.count}</span></li>'
        for word in marking
    )


def _card(card: ClusterCard) -> str:
    parts = [
        f'<header><span class="number">{card.number}</span>{said(card.title, "strong grow")}'
        f'<span class="faint">{count(card.frames, "frame")}, {percent(card.share)}</span></header>',
        _pictures(card),
        _text(card),
        _shares(card.parts),
        "".join(_strip(strip) for strip in card.strips),
    ]
    if card.words:
        marking = f'<ul class="words">{words(card.words)}</ul>'
        parts.append(f"<div><h4>Words that mark it</h4>{marking}</div>")
    if card.samples:
        shown = "".join(_sample(sample) for sample in card.samples)
        parts.append(
            "<div><h4>Frames from the centre outwards, reconstructed below</h4>"
            f'<div class="samples">{shown}</div></div>'
        )
    if card.note:
        parts.append(f"<div><h4>Note</h4><p>{said(card.note)}</p></div>")
    cautions = f'<span class="caution">{text(", ".join(card.cautions))}</span>'
    parts.append(
        f'<footer>{cautions}<button type="button" data-cluster="{card.number}">Show on the map'
        "</button></footer>"
    )
    style = f'style="--own:{colour(card.colour)}"'
    return f'<article class="card" id="cluster-{card.number}" {style}>{"".join(parts)}</article>'


def _pictures(card: ClusterCard) -> str:
    nearest = card.nearest
    aspect = nearest.aspect if nearest else 16 / 9
    centre = picture(card.centre, "jpeg", aspect, f"Decoded centre of cluster {card.number}")
    pair = f"<figure>{centre}<figcaption>{text(card.centre_label)}</figcaption></figure>"
    if nearest:
        real = picture(nearest.original, "webp", aspect, "The frame nearest to the centre")
        pair += (
            f"<figure>{real}<figcaption>nearest frame: {text(nearest.where)}</figcaption></figure>"
        )
    return f'<div class="pair">{pair}</div>'


def _text(card: ClusterCard) -> str:
    if card.centre_text is None:
        return ""
    spoken = said(card.centre_text) if card.centre_text else "The model says nothing here."
    return f"<div><h4>Words decoded from the centre</h4><p>{spoken}</p></div>"


def _shares(parts: tuple[GroupPart, ...]) -> str:
    if not parts:
        return ""
    bar = "".join(
        f'<i style="flex:{part.share:.4f};background:{colour(part.colour)}"></i>' for part in parts
    )
    lines = "".join(
        f"<li>{swatch(part.colour)}{said(part.group)} <strong>{percent(part.share)}</strong> "
        f'<span class="faint">{percent(part.overall)} overall</span></li>'
        for part in parts
    )
    return f'<div class="bar" aria-hidden="true">{bar}</div><ul class="shares">{lines}</ul>'


def _strip(strip: Strip) -> str:
    length = max(strip.duration_s, 1.0)
    marks = "".join(
        f'<i style="left:{100 * a / length:.2f}%;width:{100 * (b - a) / length:.2f}%"></i>'
        for a, b in strip.spans
    )
    about = f"{count(strip.frames, 'frame')} of {clock(strip.duration_s)}"
    return (
        f'<div class="strip" title="{text(strip.title)}: {about}">'
        f'{said(strip.title, "faint ellipsis")}<span class="time">{marks}</span></div>'
    )


def _sample(sample: Sample) -> str:
    original = picture(sample.original, "webp", sample.aspect, f"Frame of {sample.where}")
    decoded = picture(sample.decoded, "webp", sample.aspect, f"Reconstructed: {sample.where}")
    return f'<figure title="{text(sample.where)}">{original}{decoded}</figure>'
