"""The house as the other tests find it."""

from tests.contracts.actors import House


def test_house__deployed__admin_is_assembly(house: House) -> None:
    assert house.Authority.admin() == house.RAT
    assert not house.Authority.genesisOpen()
    assert house.MemberRegistry.activeCount() == len(house.members)


def test_genesis__deployed__admin_is_deployer(genesis: House) -> None:
    assert genesis.Authority.admin() == genesis.deployer
    assert genesis.Authority.genesisOpen()
