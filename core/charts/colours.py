"""The colours of groups, clusters, videos and time: one meaning, one colour, on every page."""

from __future__ import annotations

from collections.abc import Iterable

# Okabe and Ito (2008), told apart with every kind of colour blindness; pale yellow comes last.
OKABE_ITO = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#999999",
)
# Far from each other in CIELAB, and from white and near-black; the number is always shown too.
CLUSTERS = (
    "#4E79A7",
    "#F28E2B",
    "#59A14F",
    "#E15759",
    "#B07AA1",
    "#2FA7A0",
    "#D4A72C",
    "#FF7FA8",
    "#9C755F",
    "#906FFF",
    "#C816A6",
    "#9BC816",
    "#0090FF",
    "#F490F4",
    "#00C8FF",
    "#F4007A",
    "#2CD359",
    "#BCBC7A",
    "#7A6F16",
    "#BCB1FF",
)
TIME = ("#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")  # viridis, from early to late
GREY = "#9AA0A6"  # what is not selected
KEPT = ("#B2182B", "#F4A582", "#92C5DE", "#2166AC")  # from torn apart, which is looked for
CERTAINTY = ("#D55E00", "#D55E00", "#E69F00", GREY)  # from undecided, which is looked for


def group_colours(groups: Iterable[str]) -> dict[str, str]:
    """Each group's colour, in the order in which the groups first appear."""
    distinct = dict.fromkeys(groups)
    return {group: OKABE_ITO[i % len(OKABE_ITO)] for i, group in enumerate(distinct)}


def video_colours(video_ids: Iterable[str]) -> dict[str, str]:
    """Each video's colour, in the order given."""
    distinct = dict.fromkeys(video_ids)
    return {video: CLUSTERS[i % len(CLUSTERS)] for i, video in enumerate(distinct)}


def cluster_colour(number: int) -> str:
    """The colour of cluster `number`; the first cluster, the largest, is number 1."""
    return CLUSTERS[(number - 1) % len(CLUSTERS)]
