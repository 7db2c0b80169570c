"""Every choice of the pages, declared once: one value for widget, session and address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from core.storage.annotations.link_texts import SIGN, id_of

Option = TypeVar("Option", str, int)

_LONGEST = 1500  # characters in the address; of a longer text the address has an id
_SESSION, _OFFERED, _PAGE = "choices", "offered", "page"


@dataclass(frozen=True)
class Choice:
    """`name` is the widget's key, the address's parameter and the saved view's entry."""

    name: str
    remembered: bool = True  # for the next visit of a page that has it
    always: bool = False  # in the address also where it is the default
    by_id: bool = False  # what is too long for an address is in it by its id

    def among(
        self,
        options: Iterable[Option],
        default: Option,
        draw: Callable[[str], Option | None] | None = None,
    ) -> Option:
        """One of `options`: what the widget shows that `draw(key)` draws, or what is known.

        A widget begins with the address's choice, else the last one, else `default`; what is not
        among the options is passed over.
        """
        known = {str(option): option for option in options}
        shown = str(st.session_state.get(self.name))
        offered = _session().setdefault(_OFFERED, {})
        if shown not in known:
            wishes = [known[wish] for wish in self.wishes if wish in known]
            st.session_state[self.name] = wishes[0] if wishes else default
        elif offered.get(self.name) != tuple(known):
            st.session_state[self.name] = known[shown]  # another widget, which would begin anew
        offered[self.name] = tuple(known)
        drawn = draw(self.name) if draw else st.session_state[self.name]
        chosen: Option = default if drawn is None else drawn
        self._keep(chosen, str(chosen) if self.always or chosen != default else "")
        return chosen

    def typed(self, longest: int, draw: Callable[[str], str]) -> str:
        """The text in the field that `draw(key)` draws; it begins with the address's."""
        if self.name not in st.session_state:
            st.session_state[self.name] = self.text[:longest]
        self.write(draw(self.name).strip())
        return self.text

    def put(self, value: str | int) -> None:
        """Before the widget is drawn, as in a callback: it shows this."""
        st.session_state[self.name] = value

    @property
    def wishes(self) -> tuple[str, ...]:
        """What the address says, then what was chosen before."""
        before = _session().get(self.name) if self.remembered else None
        return tuple(str(one) for one in (self.address, before) if one is not None)

    @property
    def address(self) -> str | None:
        """What the address says; of an id the text, where the session knows it."""
        said = st.query_params.get(self.name)
        if said is None or not self._is_id(said):
            return said
        known = str(_session().get(self.name, ""))
        return known if said == SIGN + id_of(known) else None

    @property
    def id(self) -> str | None:
        """The id in the address."""
        said = st.query_params.get(self.name) or ""
        return said.removeprefix(SIGN) if self._is_id(said) else None

    @property
    def text(self) -> str:
        """What a choice without options says; "" for nothing."""
        return next((wish for wish in self.wishes if wish), "")

    def write(self, text: str) -> None:
        """Choose this text; "" for nothing."""
        self._keep(text, text)

    def leave_out(self) -> None:
        """The page has nothing to choose here: the address says nothing, the session remembers."""
        st.query_params.pop(self.name, None)

    def _keep(self, value: str | int, address: str) -> None:
        if self.remembered:
            _session()[self.name] = value
        if self.by_id and len(address) > _LONGEST:
            address = SIGN + id_of(address)
        if not address or len(address) > _LONGEST:
            self.leave_out()
        elif st.query_params.get(self.name) != address:
            st.query_params[self.name] = address

    def _is_id(self, said: str) -> bool:
        return self.by_id and said.startswith(SIGN)


PROJECT = Choice("project", remembered=False)  # in the address where there are several
RUN = Choice("run")
PROJECTION = Choice("projection")
PERPLEXITY = Choice("perplexity")
METHOD = Choice("method")
K = Choice("k")  # each method's number of clusters is its own choice
COMPONENTS = Choice("components")
SMALLEST = Choice("smallest")
WEIGHTS = Choice("weights")  # as core.analysis.weighting writes them
FIND = Choice("find", remembered=False)
FIND_BY = Choice("find-by")
ALIKE = Choice("alike", remembered=False)  # a frame
ALIKE_BY = Choice("alike-by", remembered=False)  # a block of the latent
COLOUR = Choice("colour")
FRAME = Choice("frame", remembered=False)  # "video:index"
SELECTION = Choice("selection", by_id=True)  # "video:0-12,15;other:3"
WHERE = Choice("where")  # a filter (core.analysis.where)
COMPARE_WHERE = Choice("compare-where")  # of the frames that are compared
HIDE_LEFT_OUT = Choice("hide")  # "yes": what is left out is not on the map
PINS = Choice("pins")  # "projection:x,y;x,y"
DIFFERENCE = Choice("difference", remembered=False)  # "cluster:3~chosen"
BESIDE = Choice("beside")  # "run:projection" of a second map
ONLY, BESIDE_ONLY = Choice("only"), Choice("beside-only")  # the group that each of both shows
COMPARE_BY = Choice("by")  # a column of the videos
GROUP, FIRST, SECOND = Choice("group"), Choice("first"), Choice("second")  # of Compare
SEQUENCE = Choice("sequence", remembered=False)  # "A then B within 20 s"
EDITING = Choice("editing")
MEASURE, OVER, OVER_CLUSTER = Choice("measure"), Choice("over"), Choice("over-cluster")
SECTION = Choice("section")  # of Coding, as are these
CODER, SAMPLE = Choice("coder"), Choice("sample")
VIDEO = Choice("video", always=True)
TRAINING = Choice("run", remembered=False)  # the run that Train shows
TABLES = Choice("of", always=True)

_EVERY = tuple(one for one in globals().values() if isinstance(one, Choice))
_EXPLORE = (
    *(RUN, PROJECTION, PERPLEXITY, METHOD, K, COMPONENTS, SMALLEST, WEIGHTS, COLOUR),
    *(FIND, FIND_BY, ALIKE, ALIKE_BY, FRAME, SELECTION, PINS, DIFFERENCE),
    *(HIDE_LEFT_OUT, WHERE, BESIDE, ONLY, BESIDE_ONLY),
)


def open_page(name: str) -> None:
    """Before a page is drawn: what the widgets of the page before showed is not this one's.

    Streamlit forgets it, but not where a part of that page drew itself by the clock a moment ago
    (1.67): a slider of the same key would then begin at its lowest number.
    """
    if _session().get(_PAGE) == name:
        return
    _session()[_PAGE] = name
    for choice in _EVERY:
        st.session_state.pop(choice.name, None)


def view_now() -> dict[str, Any]:
    """What Explore shows: each choice, also where the address leaves it out as usual."""
    said = {**_session(), **st.query_params.to_dict()}
    said |= {one.name: one.text for one in _EXPLORE if one.by_id}
    return {one.name: said[one.name] for one in _EXPLORE if said.get(one.name) not in (None, "")}


def open_view(kept: Mapping[str, Any]) -> None:
    """Before the page is drawn: the address says all of it, and no widget remembers otherwise."""
    for one in _EXPLORE:
        st.session_state.pop(one.name, None)
        _session().pop(one.name, None)
        value = kept.get(one.name)
        one.write(str(value) if isinstance(value, str | int) else "")


def _session() -> dict[str, Any]:
    known: dict[str, Any] = st.session_state.setdefault(_SESSION, {})
    return known
