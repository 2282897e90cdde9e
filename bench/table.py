"""How a figure is printed, what it is held to, and how costs grow from one size of the corpus to another."""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = f"{'':50}{'ours':>10}{'raw limit':>11}{'×':>7}{'p95':>9}{'CPU':>8}  target"
# What a single read, write, list or search may cost more in a hundred times as many articles.
MOST_GROWTH = 2.0
# What the peak memory of an import or an export may grow by: what Python and PostgreSQL's client happen to keep.
MOST_MEMORY_GROWTH = 1.25


@dataclass(frozen=True)
class Line:
    """One figure. ``raw`` is the same work in plain SQL in the same run; ``processor`` the CPU time that ours took.

    Targets: ours at most ``times`` the raw limit, at most ``most``, at least ``least``. ``grows`` says that the figure
    is compared between sizes: "cost" or "memory".
    """

    name: str
    ours: float
    form: str
    raw: float | None = None
    p95: float | None = None
    processor: float | None = None
    times: float | None = None
    most: float | None = None
    least: float | None = None
    more_is_better: bool = False
    grows: str = ""

    @property
    def factor(self) -> float | None:
        """How many times worse ours is than the raw limit."""
        if not self.raw:
            return None
        return self.raw / self.ours if self.more_is_better else self.ours / self.raw

    @property
    def target(self) -> str:
        told = [f"≤ {self.times:g}×"] if self.times is not None else []
        told += [f"≤ {self.most:g}"] if self.most is not None else []
        told += [f"≥ {self.least:,g}"] if self.least is not None else []
        return ", ".join(told)

    @property
    def is_met(self) -> bool:
        factor = self.factor
        return not (
            (self.times is not None and factor is not None and factor > self.times)
            or (self.most is not None and self.ours > self.most)
            or (self.least is not None and self.ours < self.least)
        )

    def __str__(self) -> str:
        figures = f"{format(self.ours, self.form):>10}"
        for figure, form, width in (
            (self.raw, self.form, 11),
            (self.factor, ".1f", 7),
            (self.p95, self.form, 9),
            (self.processor, ".1f", 8),
        ):
            figures += f"{format(figure, form) if figure is not None else '':>{width}}"
        held = f"  {self.target} {_told(self.is_met)}" if self.target else ""
        return f"{self.name:50}{figures}{held}"


def row(
    name: str, ours: float, raw: float | None, form: str, *, more_is_better: bool = False, times: float | None = None
) -> Line:
    """One figure beside the raw limit's, which it may be ``times`` as bad as."""
    return Line(name, ours, form, raw, more_is_better=more_is_better, times=times)


def budget(name: str, ours: float, most: float, form: str) -> Line:
    """One figure and the most that it may be."""
    return Line(name, ours, form, most=most)


def grown(smaller: Iterable[Line], larger: Iterable[Line]) -> list[str]:
    """How the compared figures of one size grow to those of another.

    A cost is told in time and in CPU time, and held to the lesser: time alone is that of the machine's other work, too.
    """
    before = {line.name: line for line in smaller}
    told = []
    for line in larger:
        if not line.grows or line.name not in before:
            continue
        was = before[line.name]
        of_time = line.ours / was.ours
        of_processor = line.processor / was.processor if line.processor and was.processor else None
        most = MOST_GROWTH if line.grows == "cost" else MOST_MEMORY_GROWTH
        is_met = min(of_time, of_processor or of_time) <= most
        beside = f"{of_processor:>10.2f}" if of_processor else " " * 10
        told.append(f"{line.name:50}{of_time:>10.2f}{beside}  ≤ {most:g} {_told(is_met)}")
    return told


def _told(is_met: bool) -> str:
    return "ok" if is_met else "MISS"
