"""An app whose crash is a report in a file. The one place that touches names private to Textual.

Textual (8.2) has no public hook for an error that ends an app: it keeps the error in `_exception` and prints pages of
locals from `_fatal_error`, after which nothing is left to be asked. `tests/tui/test_screens.py` crashes an app and
looks at what is printed, so another Textual in which these names mean something else is noticed there.
"""

from __future__ import annotations

from textual.app import App


class CrashReportingApp(App[None]):
    """An app that says in `crashed` what is to be done with the error that ends it."""

    def crashed(self, error: BaseException) -> None:
        """An error has ended the app; its screen is about to be taken down."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        """Instead of pages of locals on the terminal."""
        error = self._exception
        assert error is not None
        self.crashed(error)
        self.panic()  # with nothing to print: Rich would crop a path at the terminal's edge
