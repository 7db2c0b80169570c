"""Words typical of a cluster: said in one of its captions, in one script, and telling."""

from __future__ import annotations

from core.pipeline.comparison.typical_words import phrase, typical_words
from core.pipeline.comparison.words_nearby import words_nearby
from core.storage import Database, analyses, captions, results
from tests.synthetic import make_run

WEIGHTS = {"masks": 3.0, "indoor": 2.0, "疫苗": 3.0, "接种": 2.0, "老年人": 1.0}


def test_a_phrase_has_telling_words_at_both_ends_and_crosses_no_mark() -> None:
    said = ["and", "then", "masks", "in", "indoor", "places", "for", "now", "", "masks", "again"]
    assert phrase(said, "en", WEIGHTS)[1] == "masks in indoor"


def test_a_phrase_is_not_cut_off() -> None:
    said = ["then", "masks", "in", "indoor", "places", ""]
    assert phrase(said, "en", WEIGHTS)[1] == "masks in indoor places"
    said = ["indoor", "and", "of", "masks", "or", "indoor"]  # the speech goes on after the last
    assert phrase(said, "en", WEIGHTS)[1] == "indoor and of masks"
    mixed = ["老年人", "接种", "疫苗", "AI", ""]
    assert phrase(mixed, "zh", WEIGHTS)[1] == "老年人接种疫苗"


def test_a_phrase_is_of_one_script() -> None:
    mixed = ["masks", "indoor", "疫苗", "接种", "masks"]
    assert phrase(mixed, "zh", WEIGHTS) == (0.0, "")
    assert phrase(["AI", "老年人", "接种", "疫苗"], "zh", WEIGHTS)[1] == "老年人接种疫苗"


def test_of_function_words_there_is_none() -> None:
    assert phrase(["and", "then", "we", "were"], "en", {}) == (0.0, "")


def test_every_line_was_said_in_its_cluster_and_languages_are_apart(db: Database) -> None:
    run = make_run(db, (18, 22), latent=6, every_k=(4,), layouts=())
    for video, text in (("video0", "Wear masks in indoor places."), ("video1", "老年人接种疫苗")):
        for one in captions.of_video(db, video):
            when = {"start_s": one.start_s, "end_s": one.end_s}
            captions.correct(db, video, one.position, text=text, **when)
    (clustering,) = analyses.clusterings_of(db, run.id)
    found = typical_words(db, clustering)
    lines = [line for of in found.values() for line in of]
    assert {line.text for line in lines} == {"Wear masks in indoor places", "老年人接种疫苗"}
    counted = sum(line.captions for (_, group), of in found.items() if not group for line in of)
    assert counted == sum(len(captions.of_video(db, video)) for video in run.video_ids)


def test_words_near_a_place_were_said_about_there(db: Database) -> None:
    run = make_run(db, (18, 22), latent=6, every_k=(), layouts=())
    for one in captions.of_video(db, "video1"):
        when = {"start_s": one.start_s, "end_s": one.end_s}
        captions.correct(db, "video1", one.position, text="老年人接种疫苗", **when)
    (line,) = words_nearby(db, run.id).of(range(20, 40))
    assert (line.text, line.language) == ("老年人接种疫苗", "zh")
    assert line.captions == len(captions.of_video(db, "video1"))
    assert words_nearby(db, run.id).of([]) == ()
    for one in captions.of_video(db, "video1"):
        captions.revert(db, "video1", one.position)
    assert line.text not in {line.text for line in words_nearby(db, run.id).of(range(40))}


def test_words_at_a_latent_are_of_the_captions_it_is_made_of(db: Database) -> None:
    run = make_run(db, (18, 22), latent=6, every_k=(), layouts=())
    latents = results.latents(db, run.id)
    nearby = words_nearby(db, run.id)
    (own,) = nearby.of([3])
    assert nearby.at(latents[3] + 1e-6) == (own,)
    half = nearby.at((latents[3] + latents[4]) / 2)
    assert half
    assert all(line.captions <= 16 for line in half)
