"""A caption in 320 numbers: read back word by word, between captions, under noise, and in need."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.affinity.superposition import Superposition

SIZE, OWN, WORDS, PLACES, VALUES = 320, 160, 501, 30, 300  # 500 words and padding


def vectors(words: int = WORDS, size: int = VALUES) -> Tensor:
    """(V, E) random directions, all as long; row 0 is padding."""
    drawn = torch.randn(words, size, generator=torch.Generator().manual_seed(0))
    drawn /= drawn.norm(dim=1, keepdim=True) / 6
    drawn[0] = 0
    return drawn


def captions(seed: int, count: int = 60, places: int = PLACES, words: int = WORDS) -> Tensor:
    """(N, L) int64 of 1 to L words each, any word at any place."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, words, (count, places), generator=generator)
    lengths = torch.randint(1, places + 1, (count, 1), generator=generator)
    return torch.where(torch.arange(places) < lengths, drawn, 0)


def fitted(said: Tensor, embedding: Tensor, size: int = SIZE, own: int = OWN) -> Superposition:
    code = Superposition(size)
    code.resize(len(embedding), embedding.shape[1], said.shape[1])
    code.prepare(said, embedding, own, torch.Generator().manual_seed(0))
    return code


@pytest.fixture(scope="module")
def embedding() -> Tensor:
    return vectors()


@pytest.fixture(scope="module")
def said() -> Tensor:
    return captions(1)


@pytest.fixture(scope="module")
def code(said: Tensor, embedding: Tensor) -> Superposition:
    return fitted(said, embedding)


@pytest.fixture(scope="module")
def many(embedding: Tensor) -> Superposition:
    """Fitted to more captions than it has directions of their own; none of `said`."""
    return fitted(captions(7, count=200), embedding)


def test_every_caption_is_read_word_for_word(
    code: Superposition, said: Tensor, embedding: Tensor
) -> None:
    codes = code.encode(said, embedding)
    assert codes.shape == (60, SIZE)
    read = code.read(codes, embedding)
    assert read.dtype == torch.int64
    assert torch.equal(read, said)  # padding too


def test_captions_never_fitted_are_read_too(code: Superposition, embedding: Tensor) -> None:
    new = captions(2)
    read = code.read(code.encode(new, embedding), embedding)
    words = new > 0
    assert (read == new)[words].float().mean() >= 0.95
    assert (read == new)[~words].float().mean() >= 0.95


def test_a_batch_reads_as_its_rows_do_alone(
    code: Superposition, said: Tensor, embedding: Tensor
) -> None:
    codes = code.encode(torch.cat([said[:6], captions(2)[:6]]), embedding)
    alone = torch.cat([code.read(row[None], embedding) for row in codes])
    assert torch.equal(code.read(codes, embedding), alone)


def test_between_two_captions_stand_words_of_those_two(
    code: Superposition, said: Tensor, embedding: Tensor
) -> None:
    first, second = said, said.roll(1, 0)
    middle = (code.encode(first, embedding) + code.encode(second, embedding)) / 2
    read = code.read(middle, embedding)
    words = read > 0
    assert words.sum() >= 0.5 * (said > 0).sum()  # something is read at all
    here = ((read == first) | (read == second)) & words
    assert here.sum() >= 0.8 * words.sum()
    parts = [((read == caption) & words).sum() for caption in (first, second)]
    assert min(parts) >= 0.2 * words.sum()  # and not the words of one alone


def test_noise_alone_says_almost_nothing(many: Superposition, embedding: Tensor) -> None:
    noise = torch.randn(60, SIZE, generator=torch.Generator().manual_seed(5))
    assert (many.read(noise * many.std, embedding) > 0).float().mean() <= 0.05
    assert not many.read(3 * noise * many.std, embedding).any()


@pytest.mark.parametrize(("seed", "count"), [(1, 60), (7, 200)])
def test_noise_of_the_posterior_changes_no_word(seed: int, count: int, embedding: Tensor) -> None:
    said = captions(seed, count)  # fewer and more than the code has directions of their own
    code = fitted(said, embedding)
    some = said[:40]
    codes = code.encode(some, embedding)
    noise = torch.randn(codes.shape, generator=torch.Generator().manual_seed(6))
    assert torch.equal(code.read(codes + code.noise * noise, embedding), some)
    drowned = code.read(codes + 10 * code.noise * noise, embedding)
    assert not torch.equal(drowned, some)  # there is noise that would


def test_the_directions_are_orthonormal_and_of_the_generator(
    code: Superposition, said: Tensor, embedding: Tensor
) -> None:
    torch.testing.assert_close(code.basis.T @ code.basis, torch.eye(SIZE), atol=1e-5, rtol=0)
    again = fitted(said, embedding)
    assert torch.equal(code.basis, again.basis) and torch.equal(code.std, again.std)
    again.prepare(said, embedding, OWN, torch.Generator().manual_seed(1))
    captions_own = 59  # of 60 captions around their mean
    same = (code.basis * again.basis).sum(dim=0).abs()  # 1 for the same direction
    assert (same[:captions_own] > 0.999).all()
    assert (same[captions_own:] < 0.5).all()


def test_own_directions_hold_their_captions_whole(said: Tensor, embedding: Tensor) -> None:
    few = said[:20]
    code = fitted(few, embedding, size=40, own=19)
    rows = embedding[few].flatten(1)
    held = code.encode(few, embedding) @ code.basis.T + code.centre
    torch.testing.assert_close(held, rows, atol=1e-3, rtol=0)
    # Chance directions see nothing of them, so they keep the least that a direction has
    torch.testing.assert_close(code.std[19:], (0.01 * code.std.max()).expand(21))


def test_more_directions_than_values(embedding: Tensor) -> None:
    small = embedding[:7, :5].clone()
    few = captions(3, count=9, places=2, words=7)
    code = fitted(few, small, size=16, own=8)
    assert not code.basis[:, 10:].any()  # 2 places of 5 values have 10 directions
    assert (code.std > 0).all() and torch.isfinite(code.std).all()
    every = torch.cartesian_prod(torch.arange(1, 7), torch.arange(7))
    read = code.read(code.encode(every, small), small)
    assert (read == every).all(dim=1).float().mean() >= 0.9


def test_one_caption_alone(embedding: Tensor, said: Tensor) -> None:
    code = fitted(said[:1], embedding)
    assert torch.equal(code.read(code.encode(said[:1], embedding), embedding), said[:1])


def test_resizing_forgets_what_was_fitted(said: Tensor, embedding: Tensor) -> None:
    code = fitted(said, embedding)
    code.read(code.encode(said, embedding), embedding)  # keeps how long each word is
    code.resize(40, VALUES, 4)
    assert code.basis.shape == (4 * VALUES, SIZE) and code.centre.shape == (4 * VALUES,)
    assert code.log_share.shape == (40,) and code.log_silence.shape == (2, 4)
    assert torch.equal(code.std, torch.ones(SIZE))
    few = captions(4, count=12, places=4, words=40)
    assert not code.encode(few, embedding[:40]).any()
    read = code.read(torch.randn(3, SIZE), embedding[:40])
    assert read.shape == (3, 4) and not read.any()  # nothing fitted, nothing said
    code.prepare(few, embedding[:40], OWN, torch.Generator().manual_seed(0))
    assert torch.equal(code.read(code.encode(few, embedding[:40]), embedding[:40]), few)


def test_everything_stays_where_and_what_it_was(said: Tensor, embedding: Tensor) -> None:
    code = Superposition(SIZE).to("meta")
    code.resize(WORDS, VALUES, PLACES)
    assert {buffer.device.type for buffer in code.buffers()} == {"meta"}
    code = fitted(said, embedding)
    assert {buffer.dtype for buffer in code.buffers()} == {torch.float32}
    codes = code.encode(said[:2], embedding)
    assert codes.dtype == code.noise.dtype == torch.float32
    before = codes.clone()
    code.read(codes, embedding)
    assert torch.equal(codes, before)  # reading leaves the codes alone


@pytest.mark.gpu
def test_a_gpu_reads_the_same(said: Tensor, embedding: Tensor) -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    code = fitted(said, embedding)
    codes = code.encode(said, embedding)
    code.read(codes, embedding)
    there = code.to("cuda").read(codes.cuda(), embedding.cuda())
    assert there.device.type == "cuda"
    assert torch.equal(there.cpu(), said)
