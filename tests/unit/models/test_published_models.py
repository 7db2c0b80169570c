"""The published models' sizes: layer by layer, weight by weight, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from models.config import CrvaeConfig, DenseCvaeConfig, ModelConfig, PureCvaeConfig
from models.factory import build
from models.interface import FrameModel, WordModel

# What a 3 x 3 convolution of so many channels to so many has: 9 in out + out
CONV = {
    (3, 32): 896,
    (32, 32): 9_248,
    (32, 64): 18_496,
    (64, 32): 18_464,
    (64, 64): 36_928,
    (64, 128): 73_856,
    (128, 64): 73_792,
    (128, 128): 147_584,
    (128, 256): 295_168,
    (32, 3): 867,
}

PURE = sum(
    [
        CONV[3, 32] + CONV[32, 64] + CONV[64, 128],  # 93,248
        CONV[128, 256],  # 128 means and 128 log-variances at each position
        CONV[128, 128] + CONV[128, 128],  # 30 x 50 -> 60 x 100
        CONV[128, 64] + CONV[64, 64],  # -> 120 x 200
        CONV[64, 32] + CONV[32, 32],  # -> 240 x 400
        CONV[32, 3],
    ]
)

DENSE = sum(
    [
        CONV[3, 32] + CONV[32, 32] + CONV[32, 64],  # 28,640
        192_008_000,  # 24,000 x 8,000 + 8,000
        32_004_000,  # 8,000 x 4,000 + 4,000
        8_002_000,  # 4,000 x 2,000 + 2,000
        4_004_000,  # 1,000 x 4,000 + 4,000
        32_008_000,  # 4,000 x 8,000 + 8,000
        192_024_000,  # 8,000 x 24,000 + 24,000
        CONV[64, 64] + CONV[64, 64],  # 15 x 25 -> 30 x 50
        CONV[64, 32] + CONV[32, 32],  # -> 60 x 100
        CONV[32, 32] + CONV[32, 32],  # -> 120 x 200
        CONV[32, 3],
    ]
)

# Two layers of two directions. One gate of the first: 512 x (300 + 512) weights and 2 x 512
# biases, 416,768; of the second: 512 x (1,024 + 512) and 2 x 512, 787,456.
GATE = 2 * 416_768 + 2 * 787_456  # 2,408,448


def crvae_by_hand(gates: int, states: int) -> int:
    return sum(
        [
            CONV[3, 32] + CONV[32, 32] + CONV[32, 32],  # 19,392
            2 * 12_000,  # batch norm of the picture: scale and shift
            gates * GATE,  # reading
            2 * states,  # batch norm of the caption
            (12_000 + states) * 4_000 + 4_000,
            8_002_000,  # 4,000 x 2,000 + 2,000
            4_004_000,  # 1,000 x 4,000 + 4,000
            4_000 * (12_000 + states) + (12_000 + states),
            3 * (CONV[32, 32] + CONV[32, 32]),
            CONV[32, 3],
            gates * GATE,  # writing
            307_500,  # 1,024 x 300 + 300
        ]
    )


# Of 512 numbers. Attention: four projections of 512 x 512 + 512. Feed-forward: 512 -> 2,048 -> 512.
ATTENTION = 4 * 262_656
FORWARD = 1_050_624 + 1_049_088
READER = sum(
    [
        154_112,  # 300 x 512 + 512
        512 + 4 * 512,  # the learned token and the four queries
        2 * (ATTENTION + FORWARD + 2 * 1_024),  # two layers, each with two norms
        1_024 + ATTENTION,  # a norm and the pooling
    ]
)
WRITER = sum(
    [
        154_112,
        2 * (2 * ATTENTION + FORWARD + 3 * 1_024),
        1_024,
        153_900,  # 512 x 300 + 300
    ]
)
TRANSFORMER = crvae_by_hand(0, 2_048) - 307_500 + READER + WRITER

BY_HAND: dict[str, tuple[ModelConfig, int]] = {
    "pure-cvae": (PureCvaeConfig(), 822_883),
    "dense-cvae": (DenseCvaeConfig(), 460_199_571),
    "crvae lstm": (CrvaeConfig(), 160_477_119),
    "crvae gru": (CrvaeConfig(cell="gru"), 139_270_079),
    "crvae rnn": (CrvaeConfig(cell="rnn"), 129_636_287),
    "crvae transformer": (CrvaeConfig(cell="transformer"), 140_742_079),
}
OTHER_SIZES: list[ModelConfig] = [
    PureCvaeConfig(width=56, height=24, latent_size=5, channels=3),
    DenseCvaeConfig(40, 32, latent_size=7, channels=3, first_dense=11, second_dense=9),
    *(
        CrvaeConfig(40, 24, latent_size=6, channels=3, dense=10, cell=cell, hidden=8)
        for cell in ("lstm", "rnn", "gru", "transformer")
    ),
]
SUMS = {
    "pure-cvae": PURE,
    "dense-cvae": DENSE,
    "crvae lstm": crvae_by_hand(4, 4_096),
    "crvae gru": crvae_by_hand(3, 2_048),
    "crvae rnn": crvae_by_hand(1, 2_048),
    "crvae transformer": TRANSFORMER,
}


@pytest.fixture(params=sorted(BY_HAND))
def published(request: pytest.FixtureRequest) -> tuple[ModelConfig, int]:
    return BY_HAND[request.param]


def on_paper(config: ModelConfig) -> FrameModel:
    """The model without memory for its weights: only shapes."""
    with torch.device("meta"):
        return build(config).eval()


def test_the_totals_by_hand_are_the_sums_by_hand() -> None:
    assert {name: count for name, (_, count) in BY_HAND.items()} == SUMS


def test_parameters_are_those_worked_out_by_hand(published: tuple[ModelConfig, int]) -> None:
    config, by_hand = published
    built = sum(p.numel() for p in on_paper(config).parameters() if p.requires_grad)
    assert built == config.parameters() == by_hand


@pytest.mark.parametrize(
    "config", OTHER_SIZES, ids=lambda config: f"{config.name} {getattr(config, 'cell', '')}"
)
def test_other_sizes_are_counted_right(config: ModelConfig) -> None:
    assert config.parameters() == sum(p.numel() for p in build(config).parameters())


def shapes(model: FrameModel, kinds: tuple[type[nn.Module], ...], count: int) -> list[tuple]:
    """What each layer of `kinds` gives for `count` pictures, there and back, in order."""
    seen: list[tuple] = []

    def note(_layer: nn.Module, _inputs: object, output: torch.Tensor | tuple) -> None:
        seen.append(tuple((output[0] if isinstance(output, tuple) else output).shape))

    for layer in model.modules():
        if isinstance(layer, kinds):
            layer.register_forward_hook(note)
    picture = torch.zeros(count, 3, model.config.height, model.config.width, device="meta")
    if isinstance(model, WordModel):
        words = torch.zeros(count, 9, dtype=torch.int64, device="meta")
        model.decode_both(model.encode(picture, words).mode(), words)
    else:
        model.decode(model.encode(picture).mode())
    return seen


def test_layers_of_pure_cvae() -> None:
    layers = (nn.Conv2d, nn.MaxPool2d, nn.ConvTranspose2d)
    assert shapes(on_paper(PureCvaeConfig()), layers, 2) == [
        (2, 32, 240, 400),
        (2, 32, 120, 200),
        (2, 64, 120, 200),
        (2, 64, 60, 100),
        (2, 128, 60, 100),
        (2, 128, 30, 50),
        (2, 256, 30, 50),
        (2, 128, 60, 100),
        (2, 128, 60, 100),
        (2, 64, 120, 200),
        (2, 64, 120, 200),
        (2, 32, 240, 400),
        (2, 32, 240, 400),
        (2, 3, 240, 400),
    ]


def test_layers_of_dense_cvae() -> None:
    layers = (nn.Conv2d, nn.MaxPool2d, nn.ConvTranspose2d, nn.Linear)
    assert shapes(on_paper(DenseCvaeConfig()), layers, 2) == [
        (2, 32, 120, 200),
        (2, 32, 60, 100),
        (2, 32, 60, 100),
        (2, 32, 30, 50),
        (2, 64, 30, 50),
        (2, 64, 15, 25),
        (2, 8000),
        (2, 4000),
        (2, 2000),
        (2, 4000),
        (2, 8000),
        (2, 24000),
        (2, 64, 30, 50),
        (2, 64, 30, 50),
        (2, 32, 60, 100),
        (2, 32, 60, 100),
        (2, 32, 120, 200),
        (2, 32, 120, 200),
        (2, 3, 120, 200),
    ]


@pytest.mark.parametrize(("cell", "states"), [("lstm", 4096), ("gru", 2048), ("rnn", 2048)])
def test_layers_of_crvae(cell: str, states: int) -> None:
    layers = (
        *(nn.Conv2d, nn.MaxPool2d, nn.ConvTranspose2d, nn.Linear),
        *(nn.BatchNorm1d, nn.LSTM, nn.GRU, nn.RNN),
    )
    assert shapes(on_paper(CrvaeConfig(cell=cell)), layers, 2) == [
        (2, 32, 120, 200),
        (2, 32, 60, 100),
        (2, 32, 60, 100),
        (2, 32, 30, 50),
        (2, 32, 30, 50),
        (2, 32, 15, 25),
        (2, 12000),  # batch norm
        (2, 9, 1024),  # the words, read
        (2, states),  # batch norm
        (2, 4000),
        (2, 2000),
        (2, 4000),
        (2, states + 12000),
        (2, 32, 30, 50),
        (2, 32, 30, 50),
        (2, 32, 60, 100),
        (2, 32, 60, 100),
        (2, 32, 120, 200),
        (2, 32, 120, 200),
        (2, 3, 120, 200),
        (2, 9, 512),  # the words, written: two layers of two cells side by side
        (2, 9, 512),
        (2, 9, 512),
        (2, 9, 512),
        (2, 9, 300),
    ]


@pytest.mark.parametrize(
    "config", OTHER_SIZES, ids=lambda config: f"{config.name} {getattr(config, 'cell', '')}"
)
def test_multiplications_are_those_that_torch_counts(config: ModelConfig) -> None:
    model = build(config).eval()
    pictures = torch.zeros(2, 3, config.height, config.width)  # batch norm needs two
    # fused LSTM and attention are single calls, which are not counted
    apart, plain = torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH)
    with apart, plain, FlopCounterMode(display=False) as counter:
        if isinstance(model, WordModel):
            words = torch.zeros(2, 20, dtype=torch.int64)
            model.decode_both(model.encode(pictures, words).mode(), words)
        else:
            model.decode(model.encode(pictures).mode())
    assert counter.get_total_flops() == 2 * 2 * config.multiplications()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cell": "elman"}, "cell must be one of lstm, rnn, gru, transformer"),
        ({"cell": "transformer", "hidden": 20}, "multiple of 8"),
        ({"unknown_words": "guess"}, "unknown_words must be one of own, zero"),
        ({"text_weight": -1.0}, "text_weight"),
        ({"free_bits": float("nan")}, "free_bits"),
        ({"width": 100}, "multiples of 8"),
    ],
)
def test_bad_settings_are_refused_with_their_name(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(CrvaeConfig(), **changes)
