"""Any line is addresses or a refusal; every form of one id is the same video."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from core.video.addresses import Address, parse_addresses

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
ID = re.compile(f"[{LETTERS}]{{11}}")
IDS = st.text(LETTERS, min_size=11, max_size=11)
SCHEMES = st.sampled_from(["https://", "http://", "HTTPS://", ""])
HOSTS = st.sampled_from(
    [
        *("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"),
        *("WWW.YouTube.com", "www.youtube-nocookie.com", "www.youtube.com."),
    ]
)
PATHS = st.sampled_from(["/shorts/", "/live/", "/embed/", "/v/"])
PIECES = st.lists(
    st.sampled_from(
        [
            *("https", "http", "ftp", "file", "://", ":", "/", "//", "\\", "@", "?", "#", "&", "="),
            *("www.youtube.com", "youtu.be", "evil.test", "127.0.0.1", "[::1]", "localhost", "."),
            *("watch", "v", "list", "playlist", "shorts", "dQw4w9WgXcQ", "%00", "\0", " ", "\n"),
            *(":443", ":22", "ｄ", "‮", "-", "--exec", "$(id)", "../"),
        ]
    ),
    max_size=14,
).map("".join)
QUERIES = st.dictionaries(
    st.sampled_from(["t", "list", "feature", "si", "pp"]),
    st.text(LETTERS + "%=.", max_size=12),
    max_size=4,
).map(lambda values: "".join(f"&{name}={value}" for name, value in values.items()))


@given(st.one_of(st.text(), PIECES))
@example("https://youtube.com@evil.test/watch?v=dQw4w9WgXcQ")
@example("https://youtu.be/dQw4w9WgXcQ\x0bhttps://evil.test/")
def test_any_text(text: str) -> None:
    found = parse_addresses(text)
    for address in found.accepted:
        if address.kind == "video":
            assert ID.fullmatch(address.id)
        elif address.kind == "playlist":
            assert re.fullmatch(f"[{LETTERS}]{{12,64}}", address.id)
        else:
            assert re.fullmatch(
                r"((c|user|channel)/)?@?[\w.·-]+/(videos|shorts|streams)", address.id
            )
        assert address.url.startswith("https://www.youtube.com/")
        assert parse_addresses(address.url).accepted == [address]
    assert found.accepted or found.refused
    for refusal in found.refused:
        assert len(refusal.text) <= 100
        assert len(refusal.reason.splitlines()) == 1


@given(IDS, SCHEMES, HOSTS, PATHS, QUERIES, st.sampled_from(["", " ", "\t", "\r"]))
def test_every_form_of_one_id_is_the_same_video(
    identifier: str, scheme: str, host: str, path: str, query: str, space: str
) -> None:
    forms = [
        f"{scheme}{host}/watch?v={identifier}{query}",
        f"{scheme}{host}/watch?feature=share{query}&v={identifier}#t=1",
        f"{scheme}{host}{path}{identifier}",
        f"{scheme}{host}{path}{identifier}/?{query}",
        f"{scheme}youtu.be/{identifier}?{query}",
    ]
    found = parse_addresses("\n".join(space + form + space for form in forms))
    assert found.refused == []
    assert found.accepted == [Address("video", identifier)]


@given(IDS, st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,3}", fullmatch=True))
def test_a_host_that_is_not_youtubes_is_refused(identifier: str, host: str) -> None:
    for place in (host, f"youtube.com.{host}", f"{host}youtube.com", f"youtube.com@{host}"):
        assert parse_addresses(f"https://{place}/watch?v={identifier}").accepted == []
