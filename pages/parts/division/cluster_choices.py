"""How an analyst divides a run's frames: the method, and how many clusters, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from core.analysis import clustering, hdbscan
from core.analysis.clustering import EDITED, METHODS
from core.records import Run
from pages.parts.shared.choices import COMPONENTS, METHOD, SMALLEST, Choice, K

K_OF = {"kmeans": K, "gmm": COMPONENTS}
_ABOUT_METHOD = (
    "K-means puts every frame into the cluster with the nearest centre. A Gaussian mixture says "
    "besides how far a frame belongs to each cluster, so that frames between two show. HDBSCAN "
    "finds how many clusters there are, and leaves frames that are like no others in none."
)
_ABOUT_K = "How many clusters the frames are divided into, in the latent space, not on the map."
_ABOUT_SMALLEST = (
    "HDBSCAN finds the number of clusters itself; smaller groups of like frames than this are no "
    "clusters. A lower number gives more and smaller clusters."
)


class Division(NamedTuple):
    """What core.analysis.clustering is asked for; `k` is None for a run too small to divide."""

    method: str
    k: int | None  # 0 for HDBSCAN, which finds it
    smallest: int  # 0 but for HDBSCAN
    edited: str = ""  # the id of an edited clustering, whose k is 0 here


def choose_division(run: Run, edited: Mapping[str, str]) -> Division:
    """How the run is divided, the same on every page; `edited` are titles of clusterings by id."""
    sizes = hdbscan.offered_min_cluster_sizes(run.frames)
    offered = {name: title for name, title in METHODS.items() if name != "hdbscan" or sizes}
    titles = {**offered, **edited}
    method = METHOD.among(
        titles,
        "kmeans",
        lambda key: st.selectbox(
            "Clustering",
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            help=_ABOUT_METHOD,
            label_visibility="collapsed",
            width=126,
        ),
    )
    if method in edited:
        return Division(EDITED, 0, 0, method)
    if method == "hdbscan":
        usual = hdbscan.default_min_cluster_size(run.frames)
        smallest = number(SMALLEST, "Smallest cluster", sizes, usual, _ABOUT_SMALLEST)
        return Division(method, 0, smallest)
    return Division(method, _choose_k(run.frames, method), 0)


def _choose_k(frames: int, method: str) -> int | None:
    offered = clustering.offered(frames)
    if len(offered) < 2:
        return offered[0] if offered else None
    usual = min(clustering.STANDARD_K[method], offered[-1])
    return number(K_OF[method], "Clusters (k)", offered, usual, _ABOUT_K)


def number(choice: Choice, label: str, offered: range, default: int, about: str) -> int:
    """A slider of whole numbers."""
    return choice.among(
        offered,
        default,
        lambda key: st.slider(label, offered[0], offered[-1], key=key, help=about, width=150),
    )
