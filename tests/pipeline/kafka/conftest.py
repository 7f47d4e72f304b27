from tests.connectors.conftest import endpoint

__all__ = ["endpoint"]
