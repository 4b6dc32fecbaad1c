"""Options of the whole suite."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="the long runs too")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--soak"):
        for item in items:
            if "soak" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="only with --soak"))
