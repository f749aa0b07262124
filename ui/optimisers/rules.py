"""What each optimiser does, in words and as a formula."""

import streamlit as st

from ui.shared.glossary import say

WORDS = """
All that an optimiser sees is the **gradient** g: the slope under its feet. What lies behind the
next bend it cannot know.

- **Gradient descent** takes a step downhill, η times the slope, where η is the **learning rate**.
  In a narrow valley it bounces from side to side, and creeps along the floor.
- **Momentum** rolls like a ball: it remembers the last steps as a **velocity**. What goes to and
  fro cancels out, what goes on adds up. It also rolls past the lowest point, and comes back.
- **Nesterov** is momentum that looks at the slope a little ahead, and so brakes sooner.
- **Adagrad** gives each weight a step of its own: the more slope it has seen, the smaller. As that
  sum only grows, its steps only shrink.
- **RMSprop** forgets old slopes, so that its steps need not shrink for ever.
- **Adam** is both: a velocity, and a step of its own for each weight. Both start at 0, which it
  corrects; *uncorrected* shows what happens if it does not.
- **Adadelta** finds even the learning rate by itself: η does nothing to it. It begins very slowly.
- **L-BFGS** guesses from its last steps how the slope changes, and looks at the loss several times
  before each step. Where the slope is exact it needs few steps; with the noisy slopes of batches it
  does not work well, so that few people train networks with it.
"""
FORMULAS = {
    "Gradient descent": r"w \leftarrow w - \eta\, g",
    "Momentum": r"v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v",
    "Nesterov": r"v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\,(g + \beta v)",
    "Adagrad": (
        r"s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}"
    ),
    "RMSprop": (
        r"s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad "
        r"w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}"
    ),
    "Adam": (
        r"\begin{gathered} m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad "
        r"s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 \\ "
        r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}"
        r"\end{gathered}"
    ),
    "Adadelta": (
        r"\begin{gathered} s \leftarrow \rho s + (1 - \rho)\, g^2, \qquad "
        r"\Delta = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}}\, g \\ "
        r"u \leftarrow \rho u + (1 - \rho)\, \Delta^2, \qquad w \leftarrow w - \Delta"
        r"\end{gathered}"
    ),
}
SIGNS = """
For each weight $w$ by itself: $g$ is its gradient, $\\eta$ the learning rate, $t$ the number of the
step. What is remembered begins with 0: the velocity $v$, the mean of gradients $m$, the sum or mean
of squared gradients $s$, and of squared steps $u$. As usual $\\alpha = 0.99$, $\\beta_1 = 0.9$,
$\\beta_2 = 0.999$ and $\\rho = 0.9$; $\\epsilon$ only keeps a division from dividing by 0.
"""


def in_words() -> None:
    """Each optimiser in a sentence or two."""
    say(WORDS)


def in_formulas() -> None:
    """Each optimiser as a formula."""
    st.subheader("One step", anchor=False)
    say(SIGNS)
    for title, formula in FORMULAS.items():
        say(f"**{title}**")
        st.latex(formula)
