"""The longest test of all begins first: at the end, everything else would wait for it alone."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "two_thousand_histories" not in item.nodeid)
