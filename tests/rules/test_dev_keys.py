"""Development keys: fixed for ever, and for local chains only."""

import pytest

from rules.dev_keys import DevelopmentKeyRefused, development_key


def test_development_key__same_person__same_key_on_every_local_chain() -> None:
    key = development_key("member", 7, 31337)
    assert key == development_key("member", 7, 1337)
    assert key.hex() == "e6a1905555ceb8ffc896621da29ce25358993c5df501e7e081c224a53837101d"


def test_development_key__others__other_keys() -> None:
    keys = {
        development_key(purpose, number, 31337) for purpose in ("member", "office") for number in range(50)
    }
    assert len(keys) == 100


@pytest.mark.parametrize("chain_id", [1, 56, 137, 80002, 80001, 11155111, 0, -31337])
def test_development_key__real_chain__refused_in_two_languages(chain_id: int) -> None:
    with pytest.raises(DevelopmentKeyRefused) as refusal:
        development_key("member", 1, chain_id)
    assert f"ditolak di chain {chain_id}" in str(refusal.value)
    assert f"refused on chain {chain_id}" in str(refusal.value)


@pytest.mark.parametrize("purpose", ["", "Member", "member|1", "anggota 1", "müller"])
def test_development_key__no_purpose__error(purpose: str) -> None:
    with pytest.raises(ValueError, match="no purpose"):
        development_key(purpose, 1, 31337)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_development_key__no_number__error(number: int) -> None:
    with pytest.raises(ValueError, match="no number"):
        development_key("member", number, 31337)
