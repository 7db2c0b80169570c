"""English and Chinese words that say nothing of a caption's subject, and which words do."""

from __future__ import annotations

from core.text.tokens import is_punctuation, tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Function words and what is left of "it's", "don't", "we'll" once their apostrophe is a word.
ENGLISH = _words(
    """
    a about above across actually after again against ago ain all almost already also although
    always am among an and another any anybody anyone anything are aren around as at away back be
    became because become been before being below between both but by came can cannot come could
    couldn d did didn do does doesn doing don done down during each either else enough even ever
    every everybody everyone everything few for from further gave get gets getting give given go
    goes going gonna got had hadn has hasn have haven having he hello her here hers herself hi him
    himself his how however i if in indeed instead into is isn it its itself just kind know let
    like ll lot m ma made make makes many may maybe me mean might mine more most much must my
    myself need never no nobody none nor not nothing now of off oh ok okay on once one only onto
    or other others our ours ourselves out over own per perhaps please put quite rather re really
    right s said same saw say saying says see seem seems seen shall she should shouldn since so
    some somebody someone something somewhat still such t take taken than thank thanks that the
    their theirs them themselves then there therefore these they thing things think this those
    though through thus to together told too took toward towards uh um under until up upon us use
    used ve very want was wasn way we well went were weren what whatever when where whether which
    while who whole whom whose why will with within without won would wouldn yeah yes yet you your
    yours yourself yourselves
    """
)

CHINESE = _words(
    """
    一 一下 一个 一些 一种 一样 一次 一直 一般 一定 一点 三 上 上面 下 下面 不 不会 不但 不仅
    不同 不是 不能 不要 不过 与 与其 且 两 两个 个 中 为 为了 为什么 主要 么 之 之后 之前 之间
    乎 也 也是 也许 了 二 于 于是 些 亦 什么 今 从 他 他们 以 以上 以下 以及 以后 以来 以前 们
    任何 会 但 但是 位 何 你 你们 使 使得 依 便 像 先 全 全部 再 几 出 则 刚 别 到 前 却 去 又
    及 及其 各 各个 各种 同 同时 后 向 吗 吧 否则 呀 呢 和 咱 咱们 哈 哎 哦 哪 哪个 哪些 哪里 啊
    啦 嗯 嘛 四 因 因为 因此 在 地 多 多少 大 大家 太 她 她们 好 好的 如 如何 如果 如此 它 它们
    对 对于 将 将会 小 就 就是 就要 尤其 尽管 已 已经 年 应 应该 当 当时 当然 很 很多 得 得到
    必须 怎么 怎样 您 情况 想 我 我们 或 或者 所 所以 所有 才 把 按 按照 据 故 整个 新 无 无论
    日 时 时候 是 是否 曾经 更 更加 最 有 有些 有的 月 有着 未 本 来 来说 某 某些 根据 此 此外
    正在 正 每 每个 每天 比 比如 没 没有 沿 点 然后 然而 特别 现在 由 由于 甚至 用 的 的话 直到
    相 看 看到 着 知道 确实 种 第 等 等等 经 经过 给 继续 而 而且 而是 能 能够 自 自己 至 至于
    若 要 觉得 认为 让 许多 该 说 请 谁 起 起来 超过 跟 较 达到 达 过 过程 还 还是 还有 这 这个
    这些 这儿 这么 这样 这种 这里 进行 进 连 通过 道 那 那个 那些 那么 那样 那里 都 里 除了 随着
    需要 非常 靠 首先 点儿 可 可以 可能 可是 只 只是 只有 只要 叫 听 呃 人 做 出来 出现 成为 成
    其 其中 其他 其它 其实 具有 内 关于 有关 作为 使用 下来 上来 月份 左右 大概
    """
)


def telling_words(text: str, language: str) -> list[str]:
    """The words of a caption without punctuation, stop words, and single letters and digits.

    `language` is read as in core.text.tokens. Stop words of both languages go from every text:
    an English term stays itself inside a Chinese sentence, and so does "the".
    """
    return [word for word in tokens(text, language) if tells(word)]


def tells(word: str) -> bool:
    """Whether a word is none of those that `telling_words` leaves out."""
    return bool(word) and not is_punctuation(word) and not _empty(word)


def _empty(word: str) -> bool:
    alone = len(word) == 1 and word.isascii()
    return alone or word.lower() in ENGLISH or word in CHINESE
