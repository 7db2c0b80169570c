"""What a frame shows, freed of the moment: its shot, and the shots that show the like.

Frames of one shot differ by chance (a gesture, a subtitle), and shots of one kind differ by their
people and places. Content is what remains when both are averaged out.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

_NEIGHBOURS = 5  # other shots that a shot is drawn towards
_SHARE = 0.5  # of a content target: the neighbours', the rest is the own shot's
_SHARPNESS = 40.0  # of the neighbours' weights, exp(sharpness x cosine)
_BATCH = 1024


def shared_content(features: Tensor, shot: Tensor) -> Tensor:
    """(N, F) rows of length 1: half the mean of the row's shot, half that of the shots most alike.

    The same idea as drawing nearest neighbours together in contrastive learning (Dwibedi et al.,
    "With a Little Help from My Friends", 2021), in closed form and from shot to shot, so that a
    frame's own shot is not its only friend.
    """
    means = torch.zeros(int(shot.max()) + 1, features.shape[1]).index_add_(0, shot, features)
    means = normalize(means, dim=1)  # (S, F)
    count = min(_NEIGHBOURS, len(means) - 1)
    if not count:
        return means[shot]
    drawn = torch.empty_like(means)
    for start in range(0, len(means), _BATCH):
        rows = torch.arange(start, min(start + _BATCH, len(means)))
        cosines = means[rows] @ means.T  # (B, S)
        cosines[torch.arange(len(rows)), rows] = -torch.inf
        nearest, places = cosines.topk(count, dim=1)  # (B, count)
        weights = (_SHARPNESS * nearest).softmax(dim=1)
        friends = (weights[:, :, None] * means[places]).sum(dim=1)
        drawn[rows] = normalize((1 - _SHARE) * means[rows] + _SHARE * friends, dim=1)
    return drawn[shot]
