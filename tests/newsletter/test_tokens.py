"""newsletter/tokens.py: what is signed in a letter, in Django's own manner."""

import pytest
from django.core.signing import BadSignature, Signer

from newsletter.tokens import (
    UNSUBSCRIBE_SALT,
    make_delivery_token,
    make_unsubscribe_token,
    read_delivery_token,
    read_unsubscribe_token,
)

PAIRS = [
    (make_unsubscribe_token, read_unsubscribe_token),
    (make_delivery_token, read_delivery_token),
]


@pytest.mark.parametrize(("make", "read"), PAIRS)
def test_token_of_a_key_that_is_gone_is_refused(settings, make, read):
    settings.SECRET_KEY = "old"
    token = make(4711)
    settings.SECRET_KEY = "new"

    with pytest.raises(BadSignature):
        read(token)


@pytest.mark.parametrize(("make", "read"), PAIRS)
def test_token_outlives_a_rotation_of_keys(settings, make, read):
    settings.SECRET_KEY = "old"
    token = make(4711)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]

    assert read(token) == 4711
    assert make(4711) != token


def test_unsubscribe_token_is_as_django_signs_it():
    assert make_unsubscribe_token(35) == Signer(salt=UNSUBSCRIBE_SALT, sep=".").sign(
        "z"
    )
