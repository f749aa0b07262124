"""Numbers and names as people read them."""

import math

MAX_NAME_LENGTH = 60
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def presentable(name: str) -> str:
    """A file name without folders, control characters and anything that Markdown would obey."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    safe = "".join(c if c.isalnum() or c in "-_. " else "?" for c in last[:MAX_NAME_LENGTH])
    return safe.strip() or "A file without a name"


def a_digit(digit: int) -> str:
    """“a 3”, but “an 8”."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def spaced(count: int) -> str:
    """60000 → “60 000”."""
    return f"{count:,}".replace(",", " ")


def plainly(number: float) -> str:
    """The shortest text that gives the very same number back: “0.001”, “64”, “1e-06”."""
    short = f"{number:g}"
    return short if isinstance(number, float) and float(short) == number else str(number)


def minus(text: str) -> str:
    """Numbers with the minus sign that people read: “-0.5” → “−0.5”."""
    return text.replace("-", "−")


def superscript(exponent: int) -> str:
    """−12 → “⁻¹²”."""
    return str(exponent).translate(_RAISED)


def power_of_ten(value: float) -> str:
    """Of what is above 0: “3.21” or “1.3 · 10⁻¹²”."""
    if 0.001 <= value < 10_000:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(value))
    return f"{value / 10.0**exponent:.1f}\u00a0·\u00a010{superscript(exponent)}"


def in_percent(share: float) -> str:
    """0.9965 → “99.65 %”."""
    return f"{share * 100:.2f} %"


def percent(share: float) -> str:
    """0.9987 → “99.9 %”; never rounds up to 100 % or down to 0 %; no text for nothing."""
    if share == 0:
        return ""
    if 0.9995 <= share < 1:
        return "over 99.9 %"
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return f"{share * 100:.1f} %"


def finely(share: float) -> str:
    """0.9987 → “99.9 %”, but 0.000314 → “0.031 %”: small shares keep two digits that count."""
    if not 1e-6 <= share < 0.1:
        return "under 0.0001 %" if share < 1e-6 else percent(share)
    decimals = 1 - math.floor(math.log10(share * 100))
    return f"{share * 100:.{decimals}f} %"


def ordinal(number: int) -> str:
    """“1st”, “2nd”, “3rd”, “4th”, … “11th”, … “21st”; number: from 1."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
