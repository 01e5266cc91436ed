"""CIDs are those of `ipfs add --cid-version=1`."""

import pytest

from backend.documents.cid import CHUNK_BYTES, Cid, Codec, MalformedCidError, cid_of

# Of bytes that count 0 to 250 over and over, by ipfs-unixfs-importer 17.1.1 (cidVersion 1, rawLeaves, chunks
# of 262,144 bytes, balanced with 174 links). With CIDv0 and wrapped leaves it gave the CIDs of Kubo 0.22 for
# all of them.
VECTORS = {
    0: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    1: "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu",
    13: "bafkreieg5ouupvimfqavod7bxnokkuuvrwv33o2zwbsx6dzg4ip7aepfy4",
    CHUNK_BYTES - 1: "bafkreiagptg6ztonoojy4wflk3wwusl5xt4vcy6uult4wa7oemsjtxhjsu",
    CHUNK_BYTES: "bafkreibruh455iawsviqslif5c7uurdcfdemh22mtnytyzvnzn75kpejxy",
    CHUNK_BYTES + 1: "bafybeiexg2oqkfnj56l7fcmawswqbijt5shq4b5rg6a546uwpkqqzwjioi",
    2 * CHUNK_BYTES: "bafybeihjlsmgtdumwxouubhh32wpo5k73zuptoz5bcxxcx3tflxmhyct2a",
    3 * CHUNK_BYTES + 5: "bafybeigzhb75omzcbojlajia6n5rzwadeh3mej7b6bg3twe5qpxd6e3ure",
    174 * CHUNK_BYTES: "bafybeihpe5snhzneq7xs53nivmsopto5lrogo3wjynauqylqeym5a3irbm",
    174 * CHUNK_BYTES + 1: "bafybeib4y7ghw2rq7bracc4xwtxrbzo7cfvagdpte2tmrkgwl6dyard3cm",
    175 * CHUNK_BYTES: "bafybeie73j3heycdgkdsehpoe6cxh2y3iywtf6djpi3dzqrywevvjmazny",
    349 * CHUNK_BYTES + 7: "bafybeif77foseqd2btkmcwwyytal6ojf5abttxqg7pv433cluilcs7ewhq",
}
PUBLISHED = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"
"""Of "hello world" and a line feed, as IPFS's own documentation gives it."""


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.mark.parametrize("size", VECTORS)
def test_cid_of__every_shape_of_tree__as_kubo(size: int) -> None:
    assert str(cid_of(content(size))) == VECTORS[size]


def test_cid_of__published_example() -> None:
    assert str(cid_of(b"hello world\n")) == PUBLISHED


def test_parse__what_is_written__comes_back() -> None:
    for text in VECTORS.values():
        assert str(Cid.parse(text)) == text


def test_of_block__digest_of_one_chunk__is_its_cid() -> None:
    found = cid_of(b"hello world\n")
    assert found.codec is Codec.RAW
    assert Cid.of_block(found.digest) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bafkrei",
        PUBLISHED + "a",
        PUBLISHED.upper(),
        "z" + PUBLISHED[1:],
        PUBLISHED[:-1] + "5",  # bits beyond the last byte
        PUBLISHED[:-1] + "1",  # no letter of base32
        PUBLISHED[:-1] + "\N{CYRILLIC SMALL LETTER A}",
        "../" + PUBLISHED[3:],
        "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",
        "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",  # dag-cbor
        "bafkrmibxw2vmqn4vlr63moh5htbmxvyrd5oybldqi5asgqkqzmqgxqqjqe"[:59],
    ],
)
def test_parse__anything_else__is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(MalformedCidError) as refused:
        Cid.parse(text)
    assert "bukan CID" in refused.value.indonesian
    assert "no document's CID" in refused.value.english


def test_cid__digest_of_another_length__is_refused() -> None:
    with pytest.raises(ValueError):
        Cid(Codec.RAW, bytes(31))
