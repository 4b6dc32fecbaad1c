"""Options of the whole suite."""

import os
import sys

import pytest


def pytest_addoption(parser):
    parser.addoption("--soak", action="store_true", help="also what takes an hour: a million inputs for every codec")
    parser.addoption("--all-peers", action="store_true", help="a test that skips for what is not here fails, as in CI")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers(config):
    """`-n auto` is one more than there are cores: for a third of their time tests wait for programs and terminals."""
    if config.option.numprocesses == "auto" and "PYTEST_XDIST_AUTO_NUM_WORKERS" not in os.environ:
        return (os.cpu_count() or 1) + 1
    return None


def pytest_configure(config):
    os.environ["LANGUAGE"] = "en"  # what tests read is English, whoever runs them
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # some hundred programs are started: each would compile all anew
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.rootpath / ".pytest_cache" / "bytecode")
        sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]
    config.addinivalue_line("markers", "soak: takes long; only with --soak")


def pytest_collection_modifyitems(config, items):
    mark = pytest.mark.timeout(0) if config.getoption("--soak") else pytest.mark.skip(reason="only with --soak")
    for item in items:
        if "soak" in item.keywords:
            item.add_marker(mark)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """With --all-peers no skip goes by unseen: neither a missing program, nor missing rights, nor a missing TUN."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and item.config.getoption("--all-peers") and "soak" not in item.keywords:
        if hasattr(report, "wasxfail"):
            return
        _, _, reason = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason.removeprefix('Skipped: ')}: with --all-peers nothing may be missing"
