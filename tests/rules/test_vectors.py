from vectors import FILE, vectors_text


def test_vectors__of_the_page__are_those_of_these_rules() -> None:
    assert FILE.read_text("utf-8") == vectors_text(), "run `python tests/rules/vectors.py`"
