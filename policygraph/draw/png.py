"""An SVG in, a PNG out: by whichever renderer is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from policygraph.errors import PolicygraphError

__all__ = ["RENDERERS", "RendererError", "write_png"]

#: Seconds that a renderer may take.
_PATIENCE = 120.0
#: Longest side of a picture, in pixels, that the renderers can draw.
_LONGEST = 16_000


class RendererError(PolicygraphError):
    """No renderer is installed, or the one that is cannot draw the picture; the message says what to do."""


def write_png(svg: str, size: tuple[float, float], path: Path, scale: float = 2.0) -> None:
    """Writes the picture, whose size is in CSS pixels, enlarged `scale` times, or as far as a renderer can draw it.

    Raises RendererError.
    """
    fitting = min(scale, _LONGEST / max(size))
    renderer = next((renderer for name in RENDERERS if (renderer := shutil.which(name))), None)
    if renderer is None:
        raise RendererError(
            f"nothing that draws a PNG is installed: install one of {', '.join(RENDERERS)} "
            "(on Debian: apt-get install librsvg2-bin), or write .svg"
        )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "picture.svg"), Path(folder, "picture.png")
        source.write_text(svg, encoding="utf-8")
        _run([renderer, *RENDERERS[Path(renderer).name](source, target, size, fitting)], target)
        shutil.copyfile(target, path)


def _run(command: list[str], target: Path) -> None:
    name = Path(command[0]).name
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        raise RendererError(f"{name} took longer than {_PATIENCE:.0f} s; write .svg, or a smaller part") from None
    if done.returncode or not target.is_file():
        last_line = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RendererError(f"{name} could not draw the picture: {' '.join(last_line) or 'it did not say why'}")


_Arguments = Callable[[Path, Path, tuple[float, float], float], list[str]]


def _rsvg(source: Path, target: Path, _: tuple[float, float], scale: float) -> list[str]:
    return ["--unlimited", f"--zoom={scale}", f"--output={target}", str(source)]


def _resvg(source: Path, target: Path, _: tuple[float, float], scale: float) -> list[str]:
    return [f"--zoom={scale}", str(source), str(target)]


def _inkscape(source: Path, target: Path, _: tuple[float, float], scale: float) -> list[str]:
    return [f"--export-dpi={96 * scale}", "--export-type=png", f"--export-filename={target}", str(source)]


def _cairosvg(source: Path, target: Path, _: tuple[float, float], scale: float) -> list[str]:
    return [f"--scale={scale}", f"--output={target}", str(source)]


def _chromium(source: Path, target: Path, size: tuple[float, float], scale: float) -> list[str]:
    width, height = size
    return [
        "--headless",
        "--disable-gpu",
        "--hide-scrollbars",
        # root, as in a container, has no sandbox; the picture is our own and holds no script
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--user-data-dir={target.parent / 'profile'}",
        f"--force-device-scale-factor={scale}",
        f"--window-size={width:.0f},{height:.0f}",
        f"--screenshot={target}",
        source.as_uri(),
    ]


#: Program -> what it is called with, the best first.
RENDERERS: dict[str, _Arguments] = {
    "rsvg-convert": _rsvg,
    "resvg": _resvg,
    "inkscape": _inkscape,
    "cairosvg": _cairosvg,
    "chromium": _chromium,
    "google-chrome": _chromium,
}
