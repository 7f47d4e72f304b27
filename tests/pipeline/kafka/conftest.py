from tests.connectors.notify.conftest import endpoint

__all__ = ["endpoint"]
