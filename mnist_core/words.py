"""Numbers and names as people read them."""

MAX_NAME_LENGTH = 60


def presentable(name: str) -> str:
    """A file name without folders, control characters and anything that Markdown would obey."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    safe = "".join(c if c.isalnum() or c in "-_. " else "?" for c in last[:MAX_NAME_LENGTH])
    return safe.strip() or "A file without a name"


def spaced(count: int) -> str:
    """60000 → “60 000”."""
    return f"{count:,}".replace(",", " ")
