"""The mistake of normalising pixels in [0, 1] by constants that belong to pixels divided by 256."""

from dataclasses import dataclass

Statistics = tuple[float, float]
"""Mean and standard deviation."""
RIGHT, WRONG = 255, 256
"""What grey values 0 to 255 are divided by to be in [0, 1], and what some programs divide by."""


@dataclass(frozen=True)
class Standardised:
    """Pixels, from which a mean was subtracted and which were divided by a standard deviation.

    constants: that mean and that standard deviation
    mean, deviation: of the pixels afterwards; 0 and 1 when the constants are theirs
    paper, ink:      what becomes of the grey values 0 and 255
    """

    constants: Statistics
    mean: float
    deviation: float
    paper: float
    ink: float


def constants_for(statistics: Statistics, divisor: int) -> Statistics:
    """Mean and standard deviation of grey values 0 to 255 that are divided by `divisor`.

    statistics: those of the same values divided by 255
    """
    mean, deviation = statistics
    return mean * RIGHT / divisor, deviation * RIGHT / divisor


def standardise(statistics: Statistics, divisor: int, constants_of: int) -> Standardised:
    """Grey values divided by `divisor`, standardised by the constants for another one.

    statistics: of the same values divided by 255
    """
    mean, deviation = constants_for(statistics, constants_of)
    own_mean, own_deviation = constants_for(statistics, divisor)
    return Standardised(
        (mean, deviation),
        (own_mean - mean) / deviation,
        own_deviation / deviation,
        (0 - mean) / deviation,
        (RIGHT / divisor - mean) / deviation,
    )
