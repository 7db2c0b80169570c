"""GPUs are handed out whole: who needs several waits until as many are free."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.jobs.devices import Gpus


def test_who_wants_several_waits_for_them() -> None:
    gpus, waited = Gpus(["0", "1", "2"]), []

    async def taken(wanted: int) -> list[str]:
        async with gpus.some(wanted, lambda: waited.append(wanted)) as names:
            return names

    async def some() -> None:
        async with gpus.some(1, pytest.fail) as one:
            assert one == ["0"]
            assert await taken(0) == []
            three = asyncio.create_task(taken(7))
            assert await taken(2) == ["1", "2"]
            await asyncio.sleep(0)
            assert waited == [7] and not three.done()
        assert sorted(await asyncio.wait_for(three, 5)) == ["0", "1", "2"]

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop in the main one
        thread.submit(asyncio.run, some()).result()


@pytest.mark.parametrize("names", [[], ["0"]])
def test_without_a_choice_none_is_named(names: list[str]) -> None:
    async def some() -> None:
        gpus = Gpus(names)
        async with gpus.some(1, pytest.fail) as first, gpus.some(2, pytest.fail) as second:
            assert first == second == []

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, some()).result()
