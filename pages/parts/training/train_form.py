"""The form of a new training: videos, model, preset, settings, what it will cost, and the start."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.config import PRESETS, RunConfig, preset
from core.errors import AffinityError, InvalidSetting
from core.format import count, duration, size
from core.jobs import devices
from core.records import Video
from core.storage import Database, videos
from core.training.cost import Cost, Machine, estimate, here, to_lower
from models.config import MODELS, CrvaeConfig, PcaConfig
from pages.parts.shared.choices import TRAINING
from pages.parts.shared.wording import parameters, plain
from pages.parts.shell.notices import say
from pages.parts.training.settings_form import changed_settings

_PRESETS = {
    "fast": "Ours, for a laptop: narrower layers, a quick start, a falling learning rate.",
    "quick": "The smallest: what the quick tables use, for a first look.",
}


def train_form(db: Database) -> None:
    """Everything that decides a run, top to bottom, and the button that starts it."""
    chosen = _choose_videos(videos.ready(db))
    model = st.radio(
        "Model",
        list(MODELS),
        format_func=lambda name: f"**{MODELS[name].title}**",
        captions=[MODELS[name].summary for name in MODELS],
        horizontal=True,
        key="model",
        width="stretch",
    )
    machine, whose = _trained_on(db)
    preset_name = _choose_preset(model, chosen, machine)
    try:
        with st.expander("Advanced settings"):
            changes = changed_settings(PRESETS[model][preset_name])
        config = preset(model, preset_name, changes)
    except InvalidSetting as error:
        st.error(plain(str(error)))
        return
    _warn_of_captions(config, chosen)
    _cost(config, chosen, machine, whose)
    processes = _choose_processes(db, config)
    name = st.text_input(
        "Name (optional)", max_chars=120, placeholder="Named after its model and videos if empty"
    )
    if st.button("Start training", type="primary", icon=":material/play_arrow:"):
        _start(db, config, [video.id for video in chosen], name.strip(), processes)


def _choose_videos(ready: list[Video]) -> list[Video]:
    everything = f"All {count(len(ready), 'video')}" if len(ready) > 1 else "The video there is"
    some = st.segmented_control(
        "Videos", [everything, "Choose"], default=everything, required=True, key="which-videos"
    )
    if some == everything:
        return ready
    by_id = {video.id: video for video in ready}
    ids = st.multiselect(
        "Videos to train on",
        list(by_id),
        format_func=lambda video_id: _described(by_id[video_id]),
        placeholder="Choose one or more",
        label_visibility="collapsed",
    )
    return [by_id[video_id] for video_id in ids]


def _described(video: Video) -> str:
    return f"{video.title} ({video.group}, {count(video.frames, 'frame')})"


def _trained_on(db: Database) -> tuple[Machine, str]:
    """The machine that the estimate is for, and on PostgreSQL, where others train, which it is."""
    if not db.shared:
        return here(), ""
    workers = devices.trainers(db)
    if not workers:
        return here(), "No worker that trains is there: the estimate is for the web server."
    slowest = min(workers, key=lambda one: (one.flops, one.device_memory))
    has = f"GPU {slowest.devices}" if slowest.devices else count(slowest.processors, "core")
    named = f"{slowest.name} on {slowest.host} ({has})"
    if len(workers) == 1:
        return devices.machine_of(slowest), f"{named} will train it; the estimate is for that."
    which = f"Whichever of {len(workers)} workers is free first will train it"
    return devices.machine_of(slowest), f"{which}; the estimate is for the slowest, {named}."


def _choose_preset(model: str, chosen: list[Video], machine: Machine) -> str:
    """Which of the model's presets, each with what it is for."""
    names = list(PRESETS[model])
    if len(names) == 1:
        return names[0]
    return st.radio(
        "Preset",
        names,
        format_func=lambda name: f"**{name}**",
        captions=[_about(PRESETS[model][name], chosen, machine) for name in names],
        horizontal=True,
        key=f"preset-{model}",
        width="stretch",
    )


def _about(config: RunConfig, chosen: list[Video], machine: Machine) -> str:
    if config.preset != "paper":
        return _PRESETS[config.preset]
    published = "Published sizes, objective and schedule"
    cost = _estimate(config, chosen, machine)
    if cost.device == "GPU":
        return f"{published}; on the GPU about {duration(cost.seconds)}."
    return f"{published}; for a GPU: without one, as here, about {duration(cost.seconds)}."


def _warn_of_captions(config: RunConfig, chosen: list[Video]) -> None:
    """A model of words has nothing to read in videos without captions."""
    silent = chosen and not any(video.captions for video in chosen)
    if isinstance(config.model, CrvaeConfig) and silent:
        st.warning(
            f"{config.model.title} learns from captions too, and these videos have none; upload "
            "captions in Transcripts, or choose a model of frames only."
        )


def _estimate(config: RunConfig, chosen: list[Video], machine: Machine) -> Cost:
    frames, captions = (sum(getattr(v, what) for v in chosen) for what in ("frames", "captions"))
    return estimate(config, frames, captions, machine)


def _cost(config: RunConfig, chosen: list[Video], machine: Machine, whose: str) -> None:
    cost, frames = _estimate(config, chosen, machine), sum(video.frames for video in chosen)
    with st.container(horizontal=True, key="cost"):
        st.metric("Frames", f"{frames:,}")
        st.metric("Device", cost.device)
        st.metric("Parameters", parameters(cost.parameters))
        st.metric("Memory", size(cost.memory_bytes))
        st.metric("Estimated time", duration(cost.seconds))
    if whose:
        st.caption(plain(whose))
    if not cost.fits:
        st.warning(
            f"This needs about {size(cost.memory_bytes)} of memory and the {cost.device} has "
            f"{size(cost.available_bytes)}: "
            f"{to_lower(config, frames, machine)}."
        )


def _choose_processes(db: Database, config: RunConfig) -> int:
    """On how many GPUs, where there are several."""
    most = min(devices.most_at_once(db), config.training.batch_size)
    if most < 2 or isinstance(config.model, PcaConfig):
        return 1
    return int(
        st.number_input(
            "GPUs",
            1,
            most,
            key="processes",
            help="Each step is shared among them; the result is that of one. The estimate is of "
            "one GPU.",
        )
    )


def _start(
    db: Database, config: RunConfig, video_ids: list[str], name: str, processes: int
) -> None:
    if not video_ids:
        st.error("No video is chosen; choose at least one to train on.")
        return
    try:
        run, _ = jobs.submit_training(db, config, video_ids, name=name or None, processes=processes)
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    if run.state == "done":
        say("success", f"This training is done already, as {run.name}; here it is.")
    TRAINING.write(run.id)
    st.rerun()
