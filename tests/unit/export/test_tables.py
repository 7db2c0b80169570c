"""The tables: what is planned and trained, what the report says, and what is drawn."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from core import child, jobs
from core.__main__ import main
from core.commands import tables as command
from core.config import RunConfig
from core.errors import Busy, DiskFull, InvalidSetting, JobEnded, NotFound, OutOfMemory
from core.jobs import reconcile, rows, workflow
from core.pipeline.tables import write_tables
from core.pipeline.tables.train_tables import make_tables
from core.pipeline.training.train_in_subprocess import train_in_subprocess
from core.storage import Database, open_library, room, runs, videos
from core.storage.new_run import new_run
from core.storage.progress import Progress, read
from core.tables import store, wording
from core.tables.collect import ratio
from core.tables.plan import Dataset, Entry, datasets, plan
from core.tables.published import PUBLISHED, published
from models.config import PcaConfig
from tests.synthetic import make_run
from tests.table_runs import EPOCHS, NO_CAPTIONS, Trainer, library, small_presets

pytestmark = pytest.mark.slow

# Two models of images on us, cn and multi; five variants with words on us and cn, and on multi.
QUICK, FULL = 2 * 3 + 3 * 2, 2 * 3 + 5 * 3  # entries: a table's variants x datasets


@pytest.fixture(autouse=True)
def presets(monkeypatch: pytest.MonkeyPatch) -> None:
    small_presets(monkeypatch)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No figures: they take most of the time, and most tests do not look at them."""
    monkeypatch.setattr(write_tables.Drawing, "over_all", lambda *_: None)
    monkeypatch.setattr(write_tables.Drawing, "of_run", lambda *_: None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A library with all quick tables, which the tests only read; of runs, only us's are drawn."""
    with closing(open_library(_new(tmp_path_factory))) as db:
        with pytest.MonkeyPatch.context() as patch:
            small_presets(patch)
            draw = write_tables.Drawing.of_run
            patch.setattr(write_tables.Drawing, "of_run", lambda *given: _of_us(draw, *given))
            library(db)
            made(db)
        yield db


def _of_us(draw: Callable[..., None], drawing: object, entry: Entry, *rest: object) -> None:
    if entry.dataset.name == "us":
        draw(drawing, entry, *rest)


def _new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def made(db: Database, kind: str = "quick", trainer: Trainer | None = None, **asked) -> dict:
    make_tables(
        db,
        kind,
        asked.get("named", {}),
        asked.get("models", []),
        Progress(None),
        trainer or Trainer(),
    )
    report = store.load(db, kind)
    assert report is not None
    return report


def entry(report: dict, variant: str, dataset: str) -> dict:
    (found,) = [e for e in report["entries"] if (e["variant"], e["dataset"]) == (variant, dataset)]
    return found


def text(db: Database, kind: str = "quick") -> str:
    return (store.folder(db, kind) / "report.md").read_text()


def test_the_published_figures_are_those_of_the_reports() -> None:
    assert [PUBLISHED["pure-cvae", d].total for d in ("cn", "us", "multi")] == [2.338, 5.832, 2.551]
    assert [PUBLISHED["dense-cvae", d].total for d in ("cn", "us", "multi")] == [
        1.528,
        2.646,
        1.496,
    ]
    for dataset in ("cn", "us"):  # each part is rounded to three digits
        both = PUBLISHED["crvae-lstm", dataset]
        assert both.image + 3 * both.text == pytest.approx(both.total, abs=0.002)
    assert published("crvae-gru", "cn") is None
    assert published("crvae-lstm", "multi") is None


def test_one_dataset_for_each_group_and_all_together(db: Database) -> None:
    library(db)
    found = datasets(db)
    assert [d.name for d in found] == ["us", "cn", "multi"]
    assert [len(d.videos) for d in found] == [1, 1, 2]
    assert (len(plan("quick", found)), len(plan("full", found))) == (QUICK, FULL)
    runs_planned = [e.run.id for e in plan("full", found)]
    assert len(set(runs_planned)) == FULL
    assert runs_planned == [e.run.id for e in plan("full", found)]


def test_one_group_has_no_multi(db: Database) -> None:
    library(db, ("us", "us"))
    assert [(d.name, len(d.videos)) for d in datasets(db)] == [("us", 2)]


def test_without_videos_it_says_how_to_add_one(db: Database) -> None:
    with pytest.raises(InvalidSetting, match="python -m core add"):
        made(db)
    with pytest.raises(InvalidSetting, match="python -m core add"):
        jobs.submit_tables(db, "quick", {}, [])


def test_variants_differ_only_in_what_they_are_named_after(db: Database) -> None:
    library(db)
    found = {e.variant.key: e.run.config["model"] for e in plan("full", datasets(db)[:1])}
    said = {key: (m.get("cell"), m.get("teacher_forcing")) for key, m in found.items()}
    assert said["crvae-rnn"] == ("rnn", True)
    assert said["crvae-lstm-free"] == ("lstm", False)
    assert said["crvae-lstm"] == ("lstm", True)
    assert said["crvae-gru"] == ("gru", True)
    assert said["crvae-transformer"] == ("transformer", True)


def test_everything_is_trained_once(db: Database, undrawn) -> None:
    library(db)
    trainer = Trainer()
    report = made(db, trainer=trainer)
    assert len(trainer.trained) == QUICK
    assert report["complete"]
    assert {e["state"] for e in report["entries"]} == {"done"}
    assert "LSTM + TF, us (quick tables)" in " ".join(trainer.trained)
    made(db, trainer=trainer)
    assert len(trainer.trained) == QUICK


def test_a_figure_is_drawn_again_when_its_training_is_new(db: Database) -> None:
    library(db)
    report = made(db, named={"us": ["video0"]}, models=["pure-cvae"])
    folder = store.folder(db, "quick") / "figures"
    drawn = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(drawn) == 5
    run_id = entry(report, "pure-cvae", "us")["run_id"]
    made(db, named={"us": ["video0"]}, models=["pure-cvae"])
    assert drawn == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    runs.update(db, run_id, finished_at=1.0)
    made(db, named={"us": ["video0"]}, models=["pure-cvae"])
    assert all(path.stat().st_mtime_ns > drawn[path.name] for path in folder.iterdir())


@pytest.mark.parametrize("fault", [KeyError("killed"), DiskFull("no room")])
def test_what_was_interrupted_goes_on_with_the_rest(
    db: Database, undrawn, fault: Exception
) -> None:
    library(db)

    class Dies(Trainer):
        def __call__(self, db: Database, run_id: str, report: Progress) -> None:
            if len(self.trained) == 3:
                runs.update(db, run_id, state="running")
                raise fault
            super().__call__(db, run_id, report)

    with pytest.raises(type(fault)):
        made(db, trainer=Dies())
    report = store.load(db, "quick")
    assert [e["state"] for e in report["entries"]].count("done") == 3
    assert not report["complete"]
    trainer = Trainer()
    assert made(db, trainer=trainer)["complete"]
    assert len(trainer.trained) == QUICK - 3


def test_an_entry_that_fails_says_why_and_the_rest_goes_on(db: Database, undrawn) -> None:
    library(db)
    report = made(db, trainer=Trainer(without_captions=("cn",)))
    assert report["complete"]
    assert entry(report, "crvae-lstm", "us")["state"] == "done"
    failed = entry(report, "crvae-lstm", "cn")
    assert (failed["state"], failed["message"]) == ("failed", NO_CAPTIONS)
    assert runs.get(db, failed["run_id"]).state == "failed"
    assert "LSTM + TF, cn: There are no captions" in text(db)
    again = Trainer()
    made(db, trainer=again)
    assert len(again.trained) == 3


def test_only_the_models_asked_for_are_trained_and_the_others_stay(db: Database, undrawn) -> None:
    library(db)
    made(db, models=["dense-cvae"])
    trainer = Trainer()
    report = made(db, models=["pure-cvae"], trainer=trainer)
    assert len(trainer.trained) == 3
    assert report["complete"]
    assert entry(report, "dense-cvae", "us")["state"] == "done"
    assert entry(report, "crvae-lstm", "us")["state"] == "not asked for"
    with pytest.raises(InvalidSetting, match="no model 'compact'"):
        made(db, models=["compact"])


def test_ours_stand_beside_the_published_figures(whole: Database) -> None:
    report = store.load(whole, "quick")
    lstm = entry(report, "crvae-lstm", "us")
    assert ratio(lstm) == pytest.approx(0.3 / 0.284)
    assert wording.judged(lstm) == "over (1.06 x)"
    assert wording.judged(entry(report, "pure-cvae", "cn")) == "under (0.86 x)"
    assert wording.judged({**lstm, "theirs": None}) == "not published"
    lines = text(whole).splitlines()
    assert "| Pure CVAE | cn | 2.338 | 2.000 | under (0.86 x) |" in lines
    row = "| LSTM + TF | us | 0.133 | 0.150 | 0.050 | 0.050 | 0.284 | 0.300 | over (1.06 x) |"
    assert row in lines
    assert (
        "| Pure CVAE | us | 30 | 1.500 | 4.500 | 2.250 | 5.250 | 21.50 | 18.50 | 0.875 | 0.750 |"
        in lines
    )
    assert "- us: RNN + TF worst: yes; LSTM + TF best: yes" in lines


def test_the_order_is_judged_by_what_was_measured(db: Database, undrawn, monkeypatch) -> None:
    library(db)
    monkeypatch.setitem(Trainer.__call__.__globals__["TOTALS"], "rnn", 0.1)
    report = made(db)
    assert [wording.order(o) for o in report["order"]] == [
        f"{name}: RNN + TF worst: no; LSTM + TF best: no" for name in ("us", "cn")
    ]


def test_quick_tables_say_that_they_are_not_the_published_sizes(
    db: Database, whole: Database, undrawn
) -> None:
    assert text(whole).count(wording.QUICK) >= 4  # the top, each table's caption, how measured
    assert "- pure-cvae: 80 x 48, latent 16, 10 epochs of batches of 16, 1.2 million" in text(whole)
    library(db)
    made(db, "full")
    assert wording.QUICK not in text(db, "full")
    assert "| LSTM + TF | multi | – | 0.150 |" in text(db, "full")


def test_the_curve_is_in_the_unit_of_its_table(whole: Database) -> None:
    report = store.load(whole, "quick")
    images = entry(report, "pure-cvae", "us")["curve"]
    assert images["epoch"] == list(range(1, EPOCHS + 1))
    assert images["value"][0] == pytest.approx(25.5)
    assert images["held_out"][0] == pytest.approx(30.0)
    # Two batches an epoch: 2 x (25.5 / 255 + 3 x 0.1) after the first.
    assert entry(report, "crvae-rnn", "us")["curve"]["value"][0] == pytest.approx(0.8)


def test_every_figure_is_a_picture_and_is_listed(whole: Database) -> None:
    report = store.load(whole, "quick")
    folder = store.folder(whole, "quick") / "figures"
    files = {figure["file"] for figure in report["figures"]}
    assert files == {path.name for path in folder.glob("*.png")}
    # Bars for both tables, losses for 3 + 2 datasets, and three figures of each training on us.
    of_us = [one for one in report["entries"] if one["dataset"] == "us"]
    assert len(files) == 2 + 5 + 3 * len(of_us)
    assert all(f"(figures/{name})" in text(whole) for name in files)
    for name in ("table-1", "losses-2-us", "map-pure-cvae-us", "sweep-dense-cvae-us"):
        with Image.open(folder / f"{name}.png") as picture:
            assert min(picture.size) > 300
            assert len(picture.convert("L").getcolors(256) or []) > 10


def test_reconstructions_are_of_the_training_on_all_frames(whole: Database) -> None:
    path = store.folder(whole, "quick") / "figures" / "samples-pure-cvae-us.png"
    with Image.open(path) as picture:
        assert picture.width == 480
        middle = [picture.getpixel((300, y)) for y in range(picture.height)]
    assert (90, 90, 90) in middle  # after step 30, in the second phase
    assert (30, 30, 30) not in middle  # after step 10, in the first


def test_csv_and_zip_hold_every_entry(whole: Database) -> None:
    with (store.folder(whole, "quick") / "tables.csv").open(
        newline="", encoding="utf-8-sig"
    ) as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == QUICK
    (row,) = [r for r in listed if (r["variant"], r["dataset"]) == ("crvae-lstm", "cn")]
    assert (row["published_total"], row["ours_total"]) == ("0.323", "0.3")
    assert (row["free_running_held_out"], row["pca_held_out"]) == ("0.24", "5.25")
    with zipfile.ZipFile(io.BytesIO(store.zipped(whole, "quick"))) as archive:
        names = archive.namelist()
    assert {"tables-quick/report.md", "tables-quick/tables.csv"} <= set(names)
    assert "tables-quick/figures/table-1.png" in names


def test_names_that_are_no_file_names_and_no_markdown(db: Database) -> None:
    make_run(db, (30, 30), ("=中文|<b>", "../us"), every_k=(), layouts=())
    report = made(db, models=["pure-cvae"])
    files = {figure["file"] for figure in report["figures"]}
    assert {"map-pure-cvae-1.png", "map-pure-cvae-us.png"} <= files
    assert "| =中文\\|\\<b\\> |" in text(db)
    assert "'=中文" in (store.folder(db, "quick") / "tables.csv").read_text()


def test_datasets_can_be_named(db: Database, undrawn) -> None:
    library(db)
    report = made(db, named={"cn": ["video0", "video1"]})
    assert [(d["name"], d["frames"]) for d in report["datasets"]] == [("cn", 72)]


def test_progress_names_the_training(db: Database, undrawn, tmp_path) -> None:
    library(db)
    said = tmp_path / "progress.json"
    seen = []

    class Watched(Trainer):
        def __call__(self, db: Database, run_id: str, report: Progress) -> None:
            super().__call__(db, run_id, report)
            seen.append(read(said))

    make_tables(db, "quick", {}, [], Progress(said, interval_s=0.0), Watched())
    assert seen[0]["message"].startswith(f"1 of {QUICK}: Pure CVAE, us · Training")
    fractions = [one["fraction"] for one in seen]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] <= 1


def test_the_same_request_is_one_job_and_another_waits(db: Database) -> None:
    library(db)
    first = jobs.submit_tables(db, "quick", {}, [])
    assert jobs.submit_tables(db, "quick", {}, []) == first
    with pytest.raises(Busy, match=first):
        jobs.submit_tables(db, "quick", {}, ["crvae"])
    assert jobs.submit_tables(db, "full", {}, []) != first
    (job,) = jobs.of_subject(db, "quick")
    assert (job.kind, job.title, job.state) == ("tables", "The quick tables", "queued")
    assert workflow._named("tables", "quick") == {"kind": "quick"}
    jobs.cancel(db, first)
    assert jobs.submit_tables(db, "quick", {}, []) == f"{first}-2"


def test_a_run_of_the_tables_is_not_trained_beside_them(db: Database, undrawn) -> None:
    library(db)
    report = made(db)
    run_id = report["entries"][0]["run_id"]
    runs.update(db, run_id, state="running", created_at=0.0)
    job_id = jobs.submit_tables(db, "quick", {}, [])
    reconcile.reconcile(db)
    assert [job.kind for job in jobs.live(db)] == ["tables"]
    assert runs.get(db, run_id).state == "running"
    jobs.cancel(db, job_id)
    assert runs.get(db, run_id).state == "cancelled"


def test_a_run_whose_tables_were_lost_is_settled(db: Database, undrawn) -> None:
    library(db)
    run_id = made(db)["entries"][0]["run_id"]
    jobs.cancel(db, jobs.submit_tables(db, "quick", {}, []))
    runs.update(db, run_id, state="running", created_at=0.0)
    reconcile.reconcile(db)
    assert runs.get(db, run_id).state == "cancelled"
    assert jobs.live(db) == []


def test_tables_that_were_never_made_end_without_a_row(db: Database) -> None:
    rows.mark_row_ended(db, "tables", "full", "failed", "No.")
    assert runs.every(db) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tables"], "python -m core add"),
        (["tables", "--dataset", "us"], "NAME=ID,ID"),
        (["tables", "--dataset", "us=nothing"], "no video 'nothing'"),
        (["tables", "--model", "compact"], "no model 'compact'"),
        (["tables", "--out", "x", "--detach"], "--out waits"),
        (["sweep", "r", "--k", "9:2"], "2 <= A <= B"),
        (["sweep", "r", "--k", "1:5"], "2 <= A <= B"),
    ],
)
def test_a_mistake_is_one_line(db: Database, capsys, words: list[str], expected: str) -> None:
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(ended.code or 0)
    said = capsys.readouterr()
    assert status != 0
    assert expected in said.err
    assert len(said.err.splitlines()) == 1


def test_the_sweep_of_a_run_is_a_table(db: Database, capsys) -> None:
    run = make_run(db, (20, 20), every_k=(3,), layouts=())
    assert main(["sweep", run.id, "--k", "2:4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["k", "to", "centre"]
    assert [line.split()[0] for line in lines[1:]] == ["2", "3", "4"]


def test_a_dataset_knows_its_groups(db: Database) -> None:
    library(db)
    assert Dataset("both", tuple(videos.ready(db))).groups == ["us", "cn"]


def test_the_command_copies_the_report_and_says_what_failed(
    db: Database, undrawn, monkeypatch, capsys, tmp_path
) -> None:
    library(db)

    def finish(db: Database, job_id: str, options) -> bool:
        assert (jobs.get(db, job_id).kind, options.detach) == ("tables", False)
        trainer = Trainer(without_captions=("cn",))
        make_tables(db, "quick", {}, ["pure-cvae", "crvae"], Progress(None), trainer)
        return True

    monkeypatch.setattr(command, "finish", finish)
    words = ["tables", "--quick", "--model", "pure-cvae", "--model", "crvae"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == str(tmp_path / "out")
    assert " ".join(said.out.splitlines()[2].split()) == "1 Pure CVAE us 5.83 2 under (0.34 x)"
    assert f"LSTM + TF, cn: {NO_CAPTIONS}" in said.err.splitlines()
    assert len(said.err.splitlines()) == 3
    assert (tmp_path / "out" / "report.md").read_text() == text(db)


@pytest.mark.thorough
def test_a_training_apart_is_a_training(db: Database) -> None:
    library(db)
    config = RunConfig(PcaConfig(width=80, height=48, latent_size=4))
    run = new_run(config, videos.ready(db))
    runs.add(db, run)
    train_in_subprocess(db, run.id, Progress(None))
    ended = runs.get(db, run.id)
    assert (ended.state, ended.frames) == ("done", 72)
    assert ended.error_train > 0


@pytest.mark.thorough
def test_a_training_apart_fails_in_its_own_words(db: Database) -> None:
    with pytest.raises(NotFound, match="There is no run 'nothing'"):
        train_in_subprocess(db, "nothing", Progress(None))


def test_a_training_that_is_killed_is_a_sentence(db: Database, monkeypatch) -> None:
    monkeypatch.setattr(child, "_command", lambda _module: ["/bin/false"])
    with pytest.raises(JobEnded, match=r"ended \(exit code 1\); see logs/train-x\.log"):
        train_in_subprocess(db, "x", Progress(None))
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(child, "_command", lambda _module: killed)
    with pytest.raises(OutOfMemory, match=r"signal 9.*batch_size"):
        train_in_subprocess(db, "x", Progress(None))


@pytest.mark.parametrize(
    "raised", ["errors.DiskFull('No room.', 10**15)", "OSError(errno.ENOSPC, 'No space left')"]
)
def test_a_full_disk_is_said_from_the_training_s_process(
    db: Database, monkeypatch: pytest.MonkeyPatch, raised: str
) -> None:
    program = (
        "import errno, sys, types\nfrom core import child, errors\n"
        f"def full(*_):\n    raise {raised}\n"
        "train = types.SimpleNamespace(train=full)\n"
        "sys.modules['core.pipeline.training.train'] = train\n"
        "from core.pipeline.training import train_in_subprocess as ours\n"
        "sys.exit(child.serve(ours._train))"
    )
    monkeypatch.setattr(child, "_command", lambda _module: [sys.executable, "-c", program])
    with pytest.raises(DiskFull) as caught:
        train_in_subprocess(db, "x", Progress(None))
    assert caught.value.needed >= (10**15 if "DiskFull" in raised else room.FLOOR)
