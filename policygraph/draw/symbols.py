"""The class of a part in, its mark out: a shape and a colour, so that pictures are readable without colour.

Colours hold 3 : 1 against the paper of their theme (WCAG 2.2, 1.4.11); shapes fit a square of 12 by 12.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BESIDE", "KINDS", "OTHER", "TARGETS", "THEMES", "Mark", "Theme", "of_kind"]

#: Shape -> its outline as an SVG path.
_SHAPES = {
    "bar": "M1 4h10v4H1z",
    "circle": "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10z",
    "cross": "M3.2 1L6 3.8 8.8 1 11 3.2 8.2 6 11 8.8 8.8 11 6 8.2 3.2 11 1 8.8 3.8 6 1 3.2z",
    "diamond": "M6 0.5L11.5 6 6 11.5 0.5 6z",
    "flag": "M1 1h10.5L8.5 4.5l3 3.5H3v3.5H1z",
    "down": "M0.8 1.5h10.4L6 11z",
    "half": "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM6 2.4v7.2a3.6 3.6 0 0 0 0-7.2z",
    "hexagon": "M3.2 1h5.6L11.6 6 8.8 11H3.2L0.4 6z",
    "house": "M6 0.5L11.2 5v6.2H0.8V5z",
    "plus": "M4.3 1h3.4v3.3H11v3.4H7.7V11H4.3V7.7H1V4.3h3.3z",
    "right": "M1.5 0.8v10.4L11 6z",
    "ring": "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM6 2.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8z",
    "shield": "M1 1h10v5.5L6 11.4 1 6.5z",
    "square": "M1.2 1.2h9.6v9.6H1.2z",
    "star": "M6 0.4l1.6 3.9 4.1 0.3-3.2 2.6 1 4.1L6 9.1l-3.5 2.2 1-4.1L0.3 4.6l4.1-0.3z",
    "up": "M0.8 10.5h10.4L6 1z",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape, by name, and its colour on white and on dark paper."""

    shape: str
    light: str
    dark: str

    @property
    def path(self) -> str:
        """The outline as an SVG path in a square of 12 by 12."""
        return _SHAPES[self.shape]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture: its paper, its words, its quieter words, its lines."""

    name: str
    paper: str
    ink: str
    quiet: str
    line: str

    def colour(self, mark: Mark) -> str:
        """The colour of a mark on this paper."""
        return mark.dark if self.name == "dark" else mark.light


#: Name -> theme.
THEMES = {
    "light": Theme("light", "#ffffff", "#1c2126", "#5a646e", "#8f9ba7"),
    "dark": Theme("dark", "#14181d", "#e8ecf0", "#a3adb8", "#66727e"),
}

#: Class of the ontology -> its mark, in the order of a legend.
KINDS = {
    "Plan": Mark("square", "#37474f", "#b0bec5"),
    "GuidingIdeology": Mark("star", "#6a1b9a", "#ce93d8"),
    "Situation": Mark("flag", "#455a64", "#b0bec5"),
    "Principle": Mark("diamond", "#8e24aa", "#e1a6ee"),
    "OverallGoal": Mark("up", "#bf360c", "#ffab91"),
    "SubGoal": Mark("down", "#c75000", "#ffb74d"),
    "Goal": Mark("right", "#9a5b00", "#ffe082"),
    "TaskGroup": Mark("hexagon", "#0d47a1", "#90caf9"),
    "Task": Mark("circle", "#1976d2", "#64b5f6"),
    "Measure": Mark("plus", "#00796b", "#4db6ac"),
    "ContentItem": Mark("bar", "#6d6a12", "#dce775"),
    "Project": Mark("house", "#2e7d32", "#81c784"),
    "Safeguard": Mark("shield", "#c2185b", "#f48fb1"),
    "GovernanceMechanism": Mark("cross", "#5d4037", "#bcaaa4"),
}
#: Class of what stands beside plans -> its mark.
BESIDE = {
    "Organisation": Mark("square", "#1565c0", "#90caf9"),
    "OrganisationGroup": Mark("hexagon", "#00695c", "#80cbc4"),
    "LeadingGroup": Mark("star", "#ad1457", "#f48fb1"),
    "Person": Mark("circle", "#6a1b9a", "#ce93d8"),
    "Initiative": Mark("diamond", "#bf360c", "#ffab91"),
    "IndicatorTarget": Mark("up", "#2e7d32", "#a5d6a7"),
    "Positioning": Mark("shield", "#6d6a12", "#dce775"),
}
#: What has none of these classes.
OTHER = Mark("ring", "#616161", "#bdbdbd")

#: Whether a part sets targets -> its mark: of its own, in a part below it, or nowhere.
TARGETS = {
    "own": Mark("circle", "#1b6e3a", "#81c784"),
    "below": Mark("half", "#8a5a00", "#ffcc80"),
    "none": Mark("ring", "#6b6b6b", "#a9a9a9"),
}


def of_kind(kind: str) -> Mark:
    """The mark of a class, by its name without a prefix."""
    return KINDS.get(kind) or BESIDE.get(kind, OTHER)
