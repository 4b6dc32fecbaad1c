"""One line of text that is being typed."""

from __future__ import annotations

CARET = "_"
LONGEST = 60


class Line:
    """One line of text being typed, with a caret."""

    def __init__(self, text: str = "", longest: int = LONGEST) -> None:
        self.longest = longest
        self.text = text
        self.at = len(text)

    def press(self, key: str, character: str | None) -> bool:
        """A key; was it one for a line of text?"""
        if key == "backspace":
            self.text = self.text[: max(0, self.at - 1)] + self.text[self.at :]
            self.at = max(0, self.at - 1)
        elif key == "delete":
            self.text = self.text[: self.at] + self.text[self.at + 1 :]
        elif key in ("left", "right", "home", "end"):
            ends = {"left": self.at - 1, "right": self.at + 1, "home": 0, "end": len(self.text)}
            self.at = max(0, min(len(self.text), ends[key]))
        elif key == "ctrl+u":
            self.set("")
        elif character and character.isprintable() and len(self.text) < self.longest:
            self.text = self.text[: self.at] + character + self.text[self.at :]
            self.at += 1
        else:
            return False
        return True

    def set(self, text: str) -> None:
        """Another text, the caret at its end."""
        self.text, self.at = text, len(text)
