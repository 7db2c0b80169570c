"""The report's sentences: how it was made, and numbers as words. Knows no library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.analysis import limits
from core.analysis.clustering import title as division_title
from core.analysis.projection import METHODS as PROJECTIONS
from core.analysis.weighting import written
from core.export import provenance
from core.format import count
from core.records import Clustering, Projection, Run, Video
from core.storage.left_out import from_spans, said
from core.text.language import named
from models.config import MODELS

_LANGUAGES = {"en": "English", "zh": "Chinese"}


def method_lines(
    run: Run,
    clustering: Clustering,
    projection: Projection | None,
    report: Mapping[str, Any],
) -> tuple[str, ...]:
    """Model, clustering, map, comparison and pictures, one sentence or two each."""
    title = MODELS[run.model].title if run.model in MODELS else run.model
    seed = report.get("seed")
    trained = f"Model: {title}, preset {run.preset}, {run.latent_size:,} numbers per frame"
    trained += f", seed {seed}" if seed is not None else ""
    trained += f", trained on {run.device}" if run.device else ""
    lines = [
        f"{trained}{_trained_without(run)}. Latents are posterior means, in evaluation "
        f"mode{_normalised(run)}.",
        f"Clusters: {division_title(clustering)}, in the latent space, "
        f"seed {clustering.seed}{_weighed(clustering.weights)}{_fitted(run.frames)}; "
        f"{_numbered(clustering)}. "
        "Clusters that were merged stand under the lowest of their numbers.",
    ]
    if clustering.left_out:
        lines.append(
            f"Left out by the analyst, of clusters and comparison: {said(clustering.left_out)}."
        )
    if projection is not None:
        lines.append(
            f"Map: {projection_said(projection)} of the latents. Distances on it are not to scale."
        )
    lines += [
        "Comparison: shares are of airtime, each frame standing for its video's sampling step. "
        "Where it is tested, videos are permuted between groups, and q is p after Benjamini and "
        "Hochberg over all clusters.",
        "Marking words: weighted log-odds with a prior (Monroe, Colaresi and Quinn 2008); a "
        "caption counts once, however many frames show it.",
        "Pictures: small copies of the frames, and the same decoded from their latents. Colours of "
        "groups are those of Okabe and Ito (2008).",
    ]
    return tuple(lines)


def _fitted(frames: int) -> str:
    return f", {fitted}" if (fitted := limits.said(frames)) else ""


def _numbered(clustering: Clustering) -> str:
    if not clustering.edit:
        return "numbered by size"
    return (
        "numbered by size, but new ones have the numbers that were free; frames divided anew are "
        "so by K-means"
    )


def _trained_without(run: Run) -> str:
    gone = from_spans(run.left_out).reasons
    return f", without frames that the analyst left out ({said(gone)})" if gone else ""


def _normalised(run: Run) -> str:
    if run.config.get("model", {}).get("norm") != "batch":
        return ""
    return (
        "; but normalised over the batch of frames that each was encoded with, as published, so "
        "that a frame's latent depends on the frames beside it"
    )


def projection_said(projection: Projection) -> str:
    """ "t-SNE, perplexity 15, weights content=2"."""
    others = dict(projection.settings)
    weighed = _weighed(others.pop("weights", {}))
    landmarks = others.pop("landmarks", None)
    placed = f", fitted on {landmarks:,} frames, the rest placed" if landmarks else ""
    settings = "".join(f", {name} {value}" for name, value in others.items())
    return f"{PROJECTIONS.get(projection.method, projection.method)}{settings}{weighed}{placed}"


def _weighed(weights: Mapping[str, float]) -> str:
    return f", weights {written(weights)}" if weights else ""


def captions_said(video: Video) -> str:
    """ "96 segments, English", "none"."""
    if not video.captions:
        return "none"
    said = count(video.captions, "segment")
    code = str(video.provenance.get("caption_language") or "")
    language = _LANGUAGES.get(video.language) or (named(code) if video.captions else "")
    timed = "" if video.captions_timed else "spread evenly"
    machine = "by machine: words may be wrong" if provenance.by_machine(video) else ""
    return ", ".join(part for part in (said, language, timed, machine) if part)


def provenance_lines(video: Video) -> tuple[str, ...]:
    """ "Channel: BBC News"; the bytes' own mark is left to the other files."""
    known = provenance.said(video)
    return tuple(
        f"{title}: {known[name]}"
        for name, title in provenance.FIELDS.items()
        if name in known and name != "sha256"
    )
