"""Options of the whole suite."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="also what takes an hour: a million inputs for every codec")


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: takes long; only with --soak")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--soak"):
        for item in items:
            if "soak" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="only with --soak"))
