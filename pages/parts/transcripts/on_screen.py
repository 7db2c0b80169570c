"""Text that stands in a video's picture and is no subtitle: name plates, banners, tickers."""

from __future__ import annotations

import streamlit as st

from core.export import screen_csv
from core.format import clock, count
from core.records import ScreenText, Video
from core.storage import Database, recognition
from core.text.search import caption_query


def on_screen(db: Database, video: Video) -> None:
    """A table of it, in time, with a box to look for words; nothing said where none was read."""
    texts = recognition.screen_texts_of(db, video.id)
    if not texts:
        st.caption(
            "No other text was read from the picture. It is read together with the subtitles: "
            "Captions, By machine."
        )
        return
    wanted = st.text_input("Words on the screen", key=f"on-screen-{video.id}", max_chars=200)
    shown = _holding(texts, wanted)
    st.caption(f"{count(len(shown), 'text')}, read by machine; kept apart from the captions.")
    st.dataframe(
        [
            {
                "From": clock(one.start_s),
                "To": clock(one.end_s),
                "Text": one.text,
                "Sure": None if one.confidence is None else round(100 * one.confidence),
            }
            for one in shown
        ],
        column_config={
            "From": st.column_config.TextColumn(width=70),
            "To": st.column_config.TextColumn(width=70),
            "Sure": st.column_config.NumberColumn(width=70, format="%d %%"),
        },
        hide_index=True,
    )
    name = f"{video.id}-on-screen.csv"
    st.download_button("Download as CSV", screen_csv(shown), name, "text/csv", on_click="ignore")


def _holding(texts: list[ScreenText], wanted: str) -> list[ScreenText]:
    if not any(letter.isalnum() for letter in wanted):
        return texts
    query = caption_query(wanted)
    return [one for one in texts if query.spans(one.text)]
