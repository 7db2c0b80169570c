"""The intruder task: four frames of one cluster and one of another; is the other one found?

Who sees a cluster as one thing finds what does not belong: one in five would be found by guessing.
Sources: Chang, Boyd-Graber, Gerrish, Wang and Blei, "Reading Tea Leaves" (2009); for pictures,
Zhang and Peng, "Unsupervised Learning to Identify Visual Themes" (2024).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.coding.shares import Interval, wilson
from core.errors import InvalidSetting
from core.records import Clustering, FrameId, IntruderAnswer
from core.storage import Database, analyses, results
from core.storage.annotations import cluster_marks
from core.storage.coding import intruders

OWN = 4  # frames of the cluster, beside one intruder
BY_CHANCE = 1 / (OWN + 1)


@dataclass(frozen=True)
class Trial:
    """Five frames in the order in which they are shown, and where the intruder stands."""

    trial: int
    number: int  # of the cluster as it is shown
    members: tuple[int, ...]
    frames: tuple[FrameId, ...]
    intruder: int

    def answer(self, coder: str, chosen: int) -> IntruderAnswer:
        found = chosen == self.intruder
        return IntruderAnswer(coder, self.trial, self.number, self.members, found)


@dataclass(frozen=True)
class ClusterScore:
    """How often the intruder among a cluster's frames was found."""

    number: int
    found: int
    of: int
    interval: Interval  # 95 %, Wilson
    coders: int

    @property
    def said(self) -> str:
        """ "Intruder found 17 of 20 times (64 to 95 %; chance 20 %, 2 people)"."""
        low, high = (round(100 * end) for end in self.interval)
        who = "1 person" if self.coders == 1 else f"{self.coders} people"
        return (
            f"Intruder found {self.found} of {self.of} times "
            f"({low} to {high} %; chance {round(100 * BY_CHANCE)} %, {who})"
        )


def trial(db: Database, clustering: Clustering, coder: str, number: int) -> Trial:
    """A person's trial `number` from 0: each round goes through all clusters, in another order.

    The same person and number give the same frames. Raises NotFound, InvalidSetting where there
    are not two clusters with four frames in one.
    """
    listed = results.frames(db, clustering.run_id)
    numbers = analyses.shown_numbers(db, clustering)  # (N,)
    shown = {one.number: one.members for one in cluster_marks.shown(db, clustering.id)}
    large = [one for one in shown if (numbers == one).sum() >= OWN]
    if not large or len(np.unique(numbers[numbers > 0])) < 2:
        raise InvalidSetting(
            f"The intruder task needs two clusters, and {OWN} frames in one of them; divide the "
            "run in another way."
        )
    turn, place = divmod(number, len(large))
    cluster = _generator(clustering.id, coder, "order", turn).permutation(large)[place]
    generator = _generator(clustering.id, coder, "frames", number)
    own = generator.choice(np.flatnonzero(numbers == cluster), OWN, replace=False)
    other = generator.choice(np.flatnonzero((numbers != cluster) & (numbers > 0)))
    rows = np.append(own, other)
    order = generator.permutation(OWN + 1)
    return Trial(
        number,
        int(cluster),
        shown[int(cluster)],
        tuple(listed[row] for row in rows[order].tolist()),
        int(np.flatnonzero(order == OWN)[0]),
    )


def next_trial(answers: Sequence[IntruderAnswer], coder: str) -> int:
    """The first trial that this person has not answered."""
    done = {one.trial for one in answers if one.coder == coder}
    return next(number for number in range(len(done) + 1) if number not in done)


def scores(db: Database, clustering: Clustering) -> dict[int, ClusterScore]:
    """By number, of the clusters that somebody was asked about as they are shown now.

    Answers about a cluster that was merged or split since do not count.
    """
    answers = intruders.every(db, clustering.id)
    found = {}
    for one in cluster_marks.shown(db, clustering.id):
        own = [a for a in answers if (a.number, a.members) == (one.number, one.members)]
        if own:
            hits = sum(answer.found for answer in own)
            coders = len({answer.coder for answer in own})
            interval = wilson(hits, len(own))
            found[one.number] = ClusterScore(one.number, hits, len(own), interval, coders)
    return found


def _generator(*of: object) -> np.random.Generator:
    digest = hashlib.sha256("\n".join(map(str, of)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
