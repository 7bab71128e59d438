"""Whatever is changed: the next reader sees it."""

import random

import pytest

from tests.home.caching.reader import Reader
from tests.home.caching.scene import (
    AT_ANY_TIME,
    CHANGES,
    list_paths,
    make_scene,
)

pytestmark = pytest.mark.database
STEPS = 20
LONG_STEPS = 250


def test_next_reader_sees_every_change(reader):
    scene, uncached = make_scene(), Reader(is_cached=False)

    for change, where in CHANGES:
        name = change.__name__
        path = where if isinstance(where, str) else where(scene)
        before = reader.get(path)
        assert reader.get(path).is_hit, name
        change(scene)
        after = reader.get(path)
        assert not after.is_hit, name
        assert after.body != before.body, name
        assert after.body == uncached.get(path).body, name


def test_kept_answers_are_what_is_answered_anew(reader):
    play(reader, seed=20261122, steps=STEPS)


@pytest.mark.audit
@pytest.mark.parametrize("seed", range(4))
def test_kept_answers_are_what_is_answered_anew_in_a_long_run(reader, seed):
    play(reader, seed=seed, steps=LONG_STEPS)


def play(reader, *, seed: int, steps: int) -> None:
    """Change and read in a random order; compare each answer with one made anew."""
    scene, uncached = make_scene(), Reader(is_cached=False)
    chance = random.Random(seed)
    hits = 0
    for step in range(steps):
        if chance.random() < 0.4:
            chance.choice(AT_ANY_TIME)(scene)
        path = chance.choice(list_paths(scene))
        kept, anew = reader.get(path), uncached.get(path)
        assert (kept.status, kept.body) == (anew.status, anew.body), (step, path)
        hits += kept.is_hit
    assert hits
