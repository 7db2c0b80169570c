"""The edited clusterings of a run among the methods to choose from, and those on their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core import jobs
from core.analysis import reclustering
from core.pipeline.division.analyst_requests import FOLLOWED, edited_by_hand
from core.records import Clustering
from core.storage import Database, analyses
from pages.parts.division.cluster_choices import K_OF
from pages.parts.shared.choices import METHOD, SMALLEST, Choice

_CHOSEN = "chosen-by-edit"  # what the next drawing of the whole page begins with
_ASKED = "asked-edits"  # in the session: how each edit on its way is asked for


def edited_clusterings(db: Database, run_id: str) -> dict[str, str]:
    """What each is called in the list of methods, by id, oldest first.

    Called before the list is drawn: what was done since then is chosen in it.
    """
    for choice, value in st.session_state.pop(_CHOSEN, ()):
        choice.put(value)
    every = [one for one in analyses.clusterings_of(db, run_id) if one.edit]
    there = [one for one in every if one.edit.get("kind") != FOLLOWED]  # those are no choice
    coming = {identifier: label for identifier, (of, label, _) in _asked().items() if of == run_id}
    return {**coming, **{one.id: _label(*one.edit["steps"][-1]) for one in there}}


def ask(source: Clustering, rows: Sequence[int], parts: int, number: int, db: Database) -> None:
    """Divide these rows anew; the page, drawn again, shows what comes of it."""
    stretches = reclustering.stretches_of(rows)
    identifier = analyses.edited_id(source.id, stretches, parts)
    what = f"cluster {number}" if number else "a selection"
    submit = partial(jobs.submit_recluster, db, source.id, stretches, parts, number)
    ask_for(source.run_id, identifier, _label(what, len(rows), parts), submit)


def ask_for(run_id: str, identifier: str, label: str, submit: Callable[[], str]) -> None:
    """In a callback: have an edited clustering made as `submit` asks for it, and show it."""
    _asked()[identifier] = run_id, label, submit
    st.session_state[_CHOSEN] = [(METHOD, identifier)]


def submit_again(identifier: str) -> Callable[[], str] | None:
    """How an edit that is not there yet is asked for; None where nobody asked for it here."""
    known = _asked().get(identifier)
    return known[2] if known else None


def take_back(db: Database, edited: Clustering) -> None:
    """Delete it; the page, drawn again, shows what it was made of."""
    edited = edited_by_hand(db, edited)
    analyses.delete_edited(db, edited.id)
    _asked().pop(edited.id, None)
    before = {one.id: one for one in analyses.clusterings_of(db, edited.run_id)}
    source = before.get(edited.edit["of"])
    method = str(edited.edit["method"])
    if source is not None and source.edit:
        own = edited_by_hand(db, source)
        before_it: list[tuple[Choice, str | int]] = [(METHOD, own.id)]
    elif method == "hdbscan":
        before_it = [(METHOD, method), (SMALLEST, edited.smallest)]
    else:
        before_it = [(METHOD, method), (K_OF[method], int(edited.edit["k"]))]
    st.session_state[_CHOSEN] = before_it


def _label(what: str, _frames: int, parts: int | str) -> str:
    """ "Cluster 3 into 4"."""
    return f"{what[:1].upper()}{what[1:]} into {parts}"


def _asked() -> dict[str, tuple[str, str, Callable[[], str]]]:
    known: dict[str, tuple[str, str, Callable[[], str]]] = st.session_state.setdefault(_ASKED, {})
    return known
