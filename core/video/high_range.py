"""Shows pictures of high dynamic range (PQ, HLG) as a standard display would; knows no video."""

from __future__ import annotations

import functools

import numpy as np

PQ, HLG = 16, 18  # ITU-T H.273's transfer characteristics
WHITE_NITS = 203.0  # of a picture's white, whatever shines brighter (BT.2408, table 1)
USUAL_PEAK_NITS = 1000.0
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128  # SMPTE ST 2084
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073  # BT.2100 table 5: HLG
_TO_BT709 = np.array(  # BT.2087: linear BT.2020 to linear BT.709
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
_LUMA = np.array([0.2627, 0.6780, 0.0593], np.float32)  # of BT.2020


def standard_range(
    coded: np.ndarray, transfer: int, wide: bool, peak_nits: float = USUAL_PEAK_NITS
) -> np.ndarray:
    """(H, W, 3) uint8 for BT.709 and BT.1886 of (H, W, 3) uint16 coded red, green and blue.

    `wide`: of BT.2020's primaries, not BT.709's. What is brighter than about half of white is
    pressed together by BT.2390's EETF (annex 5) so that `peak_nits` becomes white; hues are kept.
    """
    nits = _light(transfer)[coded]  # (H, W, 3), of PQ in nits, of HLG of the scene
    if transfer == HLG:  # BT.2100: the OOTF of a display of 1000 nits
        nits *= USUAL_PEAK_NITS * np.maximum(nits @ _LUMA, 1e-6)[..., None] ** 0.2
        peak_nits = USUAL_PEAK_NITS
    brightest = np.maximum(nits.max(axis=-1, keepdims=True), 1e-4)  # (H, W, 1)
    nits *= _pressed(brightest, max(peak_nits, WHITE_NITS)) / brightest
    linear = nits / WHITE_NITS
    if wide:
        linear = linear @ _TO_BT709.T
    return np.rint(255 * np.clip(linear, 0, 1) ** (1 / 2.4)).astype(np.uint8)


@functools.cache
def _light(transfer: int) -> np.ndarray:
    """(65536,) float32: the light of each code, of PQ in nits, of HLG from 0 to 1."""
    code = np.arange(65536) / 65535
    if transfer == PQ:
        return _nits(code).astype(np.float32)
    bright = (np.exp((code - _C) / _A) + _B) / 12
    return np.where(code <= 0.5, code**2 / 3, bright).astype(np.float32)


def _nits(code: np.ndarray) -> np.ndarray:
    power = code ** (1 / _M2)
    return 10000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)


def _code(nits: np.ndarray | float) -> np.ndarray:
    power = (np.asarray(nits) / 10000) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


def _pressed(nits: np.ndarray, peak_nits: float) -> np.ndarray:
    """BT.2390, section 5.4.1: a display of WHITE_NITS shows what was made for `peak_nits`."""
    most = _code(peak_nits)
    highest = _code(WHITE_NITS) / most
    knee = 1.5 * highest - 0.5
    given = np.minimum(_code(nits) / most, 1.0)
    part = np.clip((given - knee) / max(1 - knee, 1e-6), 0, 1)
    spline = (
        (2 * part**3 - 3 * part**2 + 1) * knee
        + (part**3 - 2 * part**2 + part) * (1 - knee)
        + (-2 * part**3 + 3 * part**2) * highest
    )
    return _nits(np.where(given < knee, given, spline) * most).astype(np.float32)
