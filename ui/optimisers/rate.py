"""How fast a descent comes in on a quadratic: as predicted, and as measured."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.experiments.descent.convergence import (
    Settings,
    best_gradient_descent,
    best_heavy_ball,
    distances,
    measured_rate,
    predicted_factor,
    predicted_rate,
)
from mnist_core.experiments.descent.race import surface_of
from ui.optimisers.race import BETA_LABEL, BETA_WITHIN, KAPPA_LABEL, KAPPA_WITHIN
from ui.shared.glossary import say
from ui.shared.state import RACE_BETA, RACE_KAPPA, RACE_RATE
from ui.shared.widgets import slide_over

LAW = """
In the valley $J = \\tfrac12 (x^2 + \\kappa y^2)$ the slope is exact and the curvatures are 1 along
and $\\kappa$ across. There one can compute how fast a descent comes in: in the long run each step
multiplies the distance from the lowest point by the same number $\\rho$. Below 1 it comes closer,
above 1 it goes away.
"""
FORMULA = r"""
\begin{gathered}
\rho(\lambda) = \max |z| \;\text{ with }\; z^2 - (1 + \beta - \eta\lambda)\, z + \beta = 0,
\qquad \lambda = 1 \text{ or } \kappa \\[4pt]
\text{best: } \eta = \frac{2}{1 + \kappa}, \quad \rho = \frac{\kappa - 1}{\kappa + 1}
\qquad \text{with momentum: } \eta = \frac{4}{(\sqrt\kappa + 1)^2}, \quad
\beta = \rho^2, \quad \rho = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}
\end{gathered}
"""
ENDS = """
Measured means: a descent from the page’s usual start until 10⁻¹² of the distance is left or 4 000
steps are done, and a straight line through the logarithm of the distances of its second half. At
the best β two solutions z are the same, and there the distance goes like $(a + bk)\\rho^k$ after
$k$ steps.

The theory ends where the valley does. On a surface that is no quadratic it tells at most of the
last steps, and where the gradient is noisy the distance stops falling.
"""
KAPPAS = (1.0, 2.0, 10.0, 30.0, 100.0, 1000.0)
BETAS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Rate:
    """One row of the table. measured: None where it diverges."""

    title: str
    settings: Settings
    factor: float
    predicted: float
    measured: float | None


def rates(kappa: float, rate: float, beta: float) -> list[Rate]:
    """Of the best settings, and of the page's."""
    best = best_heavy_ball(1, kappa)
    return [
        _rate("Gradient descent, best η", kappa, best_gradient_descent(1, kappa)),
        _rate("Momentum, best η and β", kappa, best, double_root=True),
        _rate("Gradient descent, your η", kappa, Settings(rate)),
        _rate("Momentum, your η and β", kappa, Settings(rate, beta)),
    ]


@st.cache_data(show_spinner="Going down …", max_entries=256)
def _rate(title: str, kappa: float, settings: Settings, double_root: bool = False) -> Rate:
    predicted = predicted_factor(1, kappa, settings)
    if not 0 < predicted < 1:
        return Rate(title, settings, predicted, float("inf") if predicted == 0 else 0.0, None)
    lengths = distances(surface_of("valley", kappa), settings)
    found = measured_rate(lengths, double_root) if len(lengths) >= 8 and lengths[-1] > 0 else None
    return Rate(title, settings, predicted, predicted_rate(1, kappa, settings), found)


def predicted_and_measured() -> None:
    """Settings of the valley, and the table."""
    st.subheader("How fast, and how fast at best", anchor=False)
    say(LAW)
    st.latex(FORMULA)
    kappa = slide_over(RACE_KAPPA, KAPPA_LABEL, KAPPAS, KAPPA_WITHIN)
    beta = slide_over(RACE_BETA, BETA_LABEL, BETAS, BETA_WITHIN)
    say(table_of(rates(kappa, RACE_RATE.get(), beta)))
    say(ENDS)


def table_of(rows: list[Rate]) -> str:
    """In Markdown."""
    lines = [
        f"| {row.title} | {row.settings.rate:.3g} | {row.settings.beta:.3g} | {row.factor:.4f} "
        f"| {_said(row)} |"
        for row in rows
    ]
    head = "| | η | β | ρ | −ln ρ predicted / measured |\n|---|---|---|---|---|\n"
    return head + "\n".join(lines)


def _said(row: Rate) -> str:
    if row.factor >= 1:
        return "✗ diverges" if row.factor > 1 else "stays as it is"
    if row.measured is None:
        return "there in a few steps"
    return f"{row.predicted:.4f} / {row.measured:.4f}"
