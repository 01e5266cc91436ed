from tests.contracts.office import office

__all__ = ["office"]
