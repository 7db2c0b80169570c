"""What every column of the tidy tables means: its type, and a sentence. One place for all files."""

from __future__ import annotations

from typing import NamedTuple


class Meaning(NamedTuple):
    """A Frictionless type, and what stands there."""

    type: str
    about: str


_S, _I, _N, _B = "string", "integer", "number", "boolean"
_VIDEO = "The video's id in this study."
_TIME = "Seconds from the video's beginning."

MEANINGS = {
    "video_id": Meaning(_S, _VIDEO),
    "id": Meaning(_S, _VIDEO),
    "title": Meaning(_S, "The video's title."),
    "group": Meaning(_S, "The group that the analyst gave to the video."),
    "source": Meaning(_S, "youtube or upload."),
    "address": Meaning(_S, "The YouTube address, or the file's name as it was uploaded."),
    "watch_url": Meaning(_S, "The moment on YouTube, for videos from there."),
    "language": Meaning(_S, "Of the captions: en, zh, other; none without captions."),
    "duration_s": Meaning(_N, "The video's length in seconds."),
    "width": Meaning(_I, "Pixels."),
    "height": Meaning(_I, "Pixels."),
    "every_s": Meaning(_N, "Seconds between two sampled frames."),
    "frames": Meaning(_I, "Frames counted."),
    "captions": Meaning(_I, "Caption segments of the video."),
    "caption_origin": Meaning(_S, "Where the captions are from."),
    "channel": Meaning(_S, "Who published the video, where it is known."),
    "published": Meaning(_S, "When it was published, ISO 8601, where it is known."),
    "retrieved": Meaning(_S, "When it was added to the study, ISO 8601, UTC."),
    "licence": Meaning(_S, "The video's licence, where it is known."),
    "frame_index": Meaning(_I, "The frame's place among the video's samples, from 0."),
    "time_s": Meaning(_N, _TIME),
    "cluster": Meaning(_I, "The cluster's number, from 1; 0 for none. Merged ones as one."),
    "cluster_name": Meaning(_S, "The name that the analyst gave to the cluster."),
    "probability": Meaning(_N, "Of the cluster, where the method has one."),
    "distance": Meaning(_N, "To the centre of the frame's own cluster, L2 in the latent space."),
    "x": Meaning(_N, "Place on the map."),
    "y": Meaning(_N, "Place on the map."),
    "caption": Meaning(_S, "What is said at the frame."),
    "decoded_text": Meaning(_S, "What the model says from the frame's latent alone."),
    "frame_file": Meaning(_S, "The picture in the data folder; not in this package."),
    "predicted_category": Meaning(_S, "By a head on the latents, from a coded sample."),
    "predicted_certainty": Meaning(_N, "Calibrated, 0 to 1, of the predicted category."),
    "assigned": Meaning(_S, "Who chose the frame's cluster: analyst; blank: it was computed."),
    "left_out": Meaning(_S, "Why the analyst left the frame out of the comparison; blank: not."),
    "position": Meaning(_I, "The segment's place in its video, from 0."),
    "start_s": Meaning(_N, _TIME),
    "end_s": Meaning(_N, _TIME),
    "text": Meaning(_S, "What the segment says, as corrected."),
    "original_text": Meaning(_S, "What it said before a correction; blank where there was none."),
    "seconds": Meaning(_N, "Airtime of the video in the cluster: frames times every_s."),
    "share_percent": Meaning(_N, "Per cent of the airtime of the row's video or group."),
    "compared_by": Meaning(_S, "The column of the videos whose values are the groups."),
    "kind": Meaning(_S, "shared, leaning, exclusive or empty."),
    "kind_of_group": Meaning(_S, "The group that the cluster leans or belongs to."),
    "cluster_frames": Meaning(_I, "Frames of all groups in the cluster."),
    "airtime_s": Meaning(_N, "Airtime of the group in the cluster, in seconds."),
    "of_cluster_percent": Meaning(_N, "Per cent of the cluster's airtime."),
    "overall_percent": Meaning(_N, "The group's per cent of all airtime."),
    "difference_points": Meaning(_N, "Share less the other groups' share, percentage points."),
    "ratio": Meaning(_N, "Times as frequent as in the other groups."),
    "log_odds_ratio": Meaning(_N, "Natural logarithm, half a frame added to each cell."),
    "log_odds_low": Meaning(_N, "Lower end of its 95 % interval, resampling videos."),
    "log_odds_high": Meaning(_N, "Upper end of its 95 % interval, resampling videos."),
    "p": Meaning(_N, "Permuting the groups of whole videos."),
    "q": Meaning(_N, "p after Benjamini and Hochberg over all clusters."),
    "smallest_p": Meaning(_N, "The smallest p that so many videos allow."),
    "family_p": Meaning(_N, "p over all clusters and groups together (max-T)."),
    "without_one_low_points": Meaning(_N, "Smallest difference with any one video left out."),
    "without_one_high_points": Meaning(_N, "Largest difference with any one video left out."),
    "detectable_points": Meaning(_N, "Difference that 4 of 5 such studies would find."),
    "log_ratio": Meaning(
        _N, "Mean centred log-ratio of the group's videos, less that of the other videos."
    ),
    "log_ratio_low": Meaning(_N, "Lower end of its 95 % interval, resampling videos."),
    "log_ratio_high": Meaning(_N, "Upper end of its 95 % interval, resampling videos."),
    "omnibus_p": Meaning(_N, "Of all clusters at once (PERMANOVA), the same in every row."),
    "over": Meaning(_S, "Over what time: course is the tenths of each video."),
    "bin": Meaning(_S, "Which part of it."),
    "videos": Meaning(_I, "The group's videos with airtime there."),
    "share_low": Meaning(_N, "Lower end of the 95 % interval of the share, in per cent."),
    "share_high": Meaning(_N, "Upper end of the 95 % interval of the share, in per cent."),
    "shot": Meaning(_I, "The shot's place in its video, from 1."),
    "length_s": Meaning(_N, "Seconds."),
    "first_at": Meaning(_S, "When it was first looked at, ISO 8601, UTC."),
    "last_at": Meaning(_S, "When it was last looked at, ISO 8601, UTC."),
    "times": Meaning(_I, "How often; looks within half an hour are one."),
    "run": Meaning(_S, "The training's id."),
    "run_name": Meaning(_S, "The training's name."),
    "model": Meaning(_S, "The training's model."),
    "method": Meaning(_S, "How frames were divided into clusters."),
    "k": Meaning(_I, "Clusters."),
    "seed": Meaning(_I, "Of the division."),
    "smallest": Meaning(_I, "Frames of the smallest cluster, where the method has one."),
    "weights": Meaning(_S, "Of the latent's blocks; blank: 1 for all."),
    "detail": Meaning(_S, "What else tells it from others: a sequence, over what time."),
    "left_out_frames": Meaning(_I, "Frames that the analyst had left out then."),
    "tests": Meaning(_I, "Figures of p that it shows."),
    "words": Meaning(_S, "Words that mark the group within the cluster."),
    "sample": Meaning(_S, "The sample that was coded."),
    "unit": Meaning(_S, "What was coded: frame, or shot (called by its first frame)."),
    "last_index": Meaning(_I, "The last frame of what was coded."),
    "coder": Meaning(_S, "Who coded it."),
    "category": Meaning(_S, "The category given; blank where none fits."),
    "category_id": Meaning(_S, "Its GUID; none where no category fits."),
    "coded_at": Meaning(_N, "Seconds since 1970-01-01, UTC."),
    "tag": Meaning(_S, "A tag that the analyst gave to the frame."),
}


def meaning(column: str) -> Meaning:
    """Of a column of the tables; one that an analyst added to the videos is text."""
    name = column.removeprefix("video_") if column not in MEANINGS else column
    return MEANINGS.get(column, Meaning(_S, f"The video's value in the analyst's column {name}."))
