"""What playlists, channels and addresses hold, as a table to choose from before any download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import streamlit as st

from core.errors import AffinityError, InvalidSetting
from core.format import clock, count
from core.pipeline.intake import add_video
from core.records import FROM_CHANNEL, Video
from core.storage import Database, videos
from core.video.addresses import Address
from core.video.part import seconds_of
from core.video.youtube.listing import Listed, Listing
from pages.parts.shared.wording import plain
from pages.parts.videos.taking import Wish, say_refused, take

_OPEN = "video-list"
_FILTER = "video-list-filter"


@dataclass(frozen=True)
class Row:
    """One video of the table, as its cells are."""

    id: str
    title: str
    channel: str
    published: str
    length: str
    remark: str
    group: str
    take: bool = True
    from_: str = ""
    until: str = ""


@dataclass
class OpenList:
    """The table while it is open. The editor's own data stay the same between two `draw`s."""

    rows: list[Row]
    said: list[str]  # what was left out
    settings: dict[str, Any]  # language, every_s
    shown: list[int] = field(default_factory=list)  # rows that the filter leaves
    drawn: list[Row] = field(default_factory=list)  # as they were given to the editor
    version: int = 0

    def draw(self, text: str = "") -> None:
        """Show the rows that hold `text`, as they are now."""
        wanted = text.casefold().strip()
        held = [f"{row.title} {row.channel} {row.published}".casefold() for row in self.rows]
        self.shown = [number for number, said in enumerate(held) if wanted in said]
        self.drawn = [self.rows[number] for number in self.shown]
        self.version += 1

    def set_shown(self, chosen: bool) -> None:
        """Tick all rows that are shown, or none of them."""
        for number in self.shown:
            self.rows[number] = replace(self.rows[number], take=chosen)

    def keep(self, edited: Sequence[dict[str, Any]]) -> None:
        """What was written in the table."""
        for number, cells in zip(self.shown, edited, strict=True):
            written = {name: str(cells[name] or "").strip() for name in ("group", "from_", "until")}
            self.rows[number] = replace(self.rows[number], take=bool(cells["take"]), **written)


def open_list(db: Database, listings: Sequence[Listing], group: str, **settings: Any) -> None:
    """Show the table from now on; what the library has is not ticked."""
    known = {video.youtube_id for video in videos.every(db)}
    rows = {one.address.id: _row(one, group, known) for held in listings for one in held.videos}
    said = [_left_out(listing) for listing in listings if listing.left_out != 0]
    opened = OpenList(list(rows.values()), said, settings)
    opened.draw()
    st.session_state[_OPEN] = opened
    st.session_state[_FILTER] = ""


def _row(one: Listed, group: str, known: set[str | None]) -> Row:
    there = "in the library" if one.address.id in known else ""
    own = one.channel or FROM_CHANNEL if group == FROM_CHANNEL else group
    about = "about " if one.about and one.published else ""
    return Row(
        id=one.address.id,
        title=one.title,
        channel=one.channel,
        published=f"{about}{one.published}",
        length="" if one.duration_s is None else clock(one.duration_s),
        remark=", ".join(filter(None, (one.remark, there))),
        group=own,
        take=not (there or one.remark),
    )


def _left_out(listing: Listing) -> str:
    more = "More" if listing.left_out is None else f"{listing.left_out:,} more"
    first = count(len(listing.videos), "video")
    return f"{listing.title}: {more} lie beyond the first {first}; add them one by one."


def video_list(db: Database) -> None:
    """The table, where one is open."""
    opened: OpenList | None = st.session_state.get(_OPEN)
    if opened is not None:
        with st.container(border=True, key="video-list"):
            _table(db, opened)


def _table(db: Database, opened: OpenList) -> None:
    st.markdown(f"**{count(len(opened.rows), 'video')}.** Nothing is downloaded yet.")
    for sentence in opened.said:
        st.caption(plain(sentence))
    _choose(opened)
    if opened.drawn:
        opened.keep(_edited(opened))
    else:
        st.caption("No title or channel holds these words.")
    chosen = [row for row in opened.rows if row.take]
    with st.container(horizontal=True):
        label = f"Add the {count(len(chosen), 'chosen video')}"
        if st.button(label, type="primary", disabled=not chosen, key="video-list-add"):
            _add(db, opened, chosen)
        if st.button("Close the list"):
            close()
            st.rerun()


def _columns(rows: Sequence[Row]) -> tuple[str, ...]:
    """What is said of none, or the same of all, takes no room."""
    remark = ("remark",) if any(row.remark for row in rows) else ()
    channel = ("channel",) if len({row.channel for row in rows}) > 1 else ()
    return ("take", "title", *remark, *channel, "published", "length", "from_", "until", "group")


def _edited(opened: OpenList) -> list[dict[str, Any]]:
    text = st.column_config.TextColumn
    return st.data_editor(
        [vars(row) for row in opened.drawn],
        hide_index=True,
        column_order=_columns(opened.rows),
        disabled=("title", "channel", "published", "length", "remark"),
        column_config={
            "take": st.column_config.CheckboxColumn("Add", width="small"),
            "title": text("Title", width="medium"),
            "channel": text("Channel"),
            "published": text(
                "Published", help="YouTube's lists say “2 weeks ago”: such a day is about right."
            ),
            "length": text("Length", width="small"),
            "from_": text("From", width="small", help="Only a part: such as 1:30."),
            "until": text("Until", width="small", help="Only a part: such as 12:00."),
            "group": text("Group", max_chars=80),
            "remark": text("Remark"),
        },
        key=f"video-list-{opened.version}",
    )


def _choose(opened: OpenList) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Show only",
            key=_FILTER,
            placeholder="words of title or channel",
            on_change=lambda: opened.draw(st.session_state[_FILTER]),
        )
        st.button("All", on_click=_set_shown, args=(opened, True), help="Tick all that are shown.")
        st.button("None", on_click=_set_shown, args=(opened, False), help="Tick none shown.")


def _set_shown(opened: OpenList, chosen: bool) -> None:
    opened.set_shown(chosen)
    opened.draw(st.session_state[_FILTER])


def close() -> None:
    """Forget the table."""
    st.session_state.pop(_OPEN, None)


def _add(db: Database, opened: OpenList, chosen: Sequence[Row]) -> None:
    """Add them; what is refused stays in the table, and all of it where a cell is wrong."""
    try:
        wishes = [_wish(db, row, opened.settings) for row in chosen]
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    refused = take(db, wishes, again=True)  # the table says what is there already
    left = {line.partition(": ")[0] for line in refused}
    opened.rows = [row for row in opened.rows if _url(row) in left]
    if left:
        opened.draw(st.session_state[_FILTER])
    else:
        close()
    say_refused(refused)
    st.rerun()


def _wish(db: Database, row: Row, settings: dict[str, Any]) -> Wish:
    """Raises InvalidSetting for a row without a group, or with a time that is none."""
    if not row.group:
        raise InvalidSetting(f"{row.title} has no group; write one in its row.")
    times = {name: seconds_of(said) if said else None for name, said in _times(row)}
    add = partial(_added, db, Address("video", row.id), row.group, times, settings)
    return Wish(_url(row), add)


def _added(
    db: Database,
    address: Address,
    group: str,
    times: dict[str, float | None],
    settings: dict[str, Any],
    again: bool,
) -> Video:
    return add_video.add_youtube(db, address, group=group, again=again, **times, **settings)


def _times(row: Row) -> tuple[tuple[str, str], ...]:
    return ("from_s", row.from_), ("until_s", row.until)


def _url(row: Row) -> str:
    return Address("video", row.id).url
