"""How a figure is printed."""

HEAD = f"{'':44}{'ours':>14}{'raw limit':>14}{'×':>8}"


def row(name: str, ours: float, raw: float | None, form: str, *, more_is_better: bool = False) -> str:
    """One line: what, our figure, the raw limit's and how many times worse ours is."""
    beside = f"{format(raw, form):>14}" if raw is not None else " " * 14
    factor = f"{(raw / ours if more_is_better else ours / raw):>8.1f}" if raw else ""
    return f"{name:44}{format(ours, form):>14}{beside}{factor}"
