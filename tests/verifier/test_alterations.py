"""Right bundles are accepted; each altered one is refused, with what is wrong."""

from random import Random

import pytest

from tests.nightly import DEEP
from tests.verifier.alterations import EXPECTED, altered_bytes, altered_value
from tests.verifier.ground import NAMES, ground, right_bundles
from verifier.bundle import KINDS, encode
from verifier.errors import CODES, RefusedError
from verifier.verify import verify

ROUNDS = 1000 if DEEP else 100


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", [NAMES, None])
def test_right_bundle__is_accepted__and_says_what_it_checked(kind: str, names: dict[str, str] | None) -> None:
    report = verify(encode(right_bundles()[kind]), ground().block_hashes, names)
    assert report.kind == kind
    assert report.checked
    assert all(indonesian and english for indonesian, english in (*report.checked, *report.unchecked))
    said = any("is the contract" in english for _, english in report.unchecked)
    assert said == (names is None), "addresses that nobody vouches for are told"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", [NAMES, None])
def test_altered_value__is_refused__with_what_is_wrong(kind: str, names: dict[str, str] | None) -> None:
    content = encode(right_bundles()[kind])
    for seed in range(ROUNDS):
        altered, name = altered_value(content, Random(f"{kind} {seed}"))
        with pytest.raises(RefusedError) as refused:
            verify(altered, ground().block_hashes, names)
        wanted = EXPECTED[name] | ({"CONTRACT"} if names and name in ("address", "name") else set())
        assert refused.value.code in wanted, (seed, name, refused.value.english)


@pytest.mark.parametrize("kind", KINDS)
def test_altered_byte_of_the_file__is_refused(kind: str) -> None:
    content = encode(right_bundles()[kind])
    for seed in range(ROUNDS):
        altered = altered_bytes(content, Random(f"{kind} {seed}"))
        assert altered != content
        with pytest.raises(RefusedError) as refused:
            verify(altered, ground().block_hashes)
        assert refused.value.code in CODES, seed
        assert refused.value.indonesian.startswith(refused.value.code)
        assert refused.value.english.startswith(refused.value.code)


@pytest.mark.parametrize("kind", KINDS)
def test_block_hash_of_another_block__is_refused__and_named(kind: str) -> None:
    with pytest.raises(RefusedError) as refused:
        verify(encode(right_bundles()[kind]), {bytes(32)})
    assert refused.value.code == "BLOCK_HASH"
    assert "--block-hash" in refused.value.english
