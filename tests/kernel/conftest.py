"""What tests of the kernel measure with."""

import gc
import tracemalloc

import pytest


@pytest.fixture
def allocated():
    """allocated(make): the bytes that what `make` returns takes."""

    def measure(make):
        gc.collect()
        tracemalloc.start()
        try:
            made = make()
            gc.collect()
            size = tracemalloc.get_traced_memory()[0]
            assert made is not None
            return size
        finally:
            tracemalloc.stop()

    return measure
