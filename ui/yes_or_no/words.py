"""What the chapters of this page say."""

IDEA = """
A line gives any number: 0.3, or −12. For a decision one wants a **probability of yes**, between 0
and 1. So the number is bent: far below 0 it becomes 0, far above 1, and 0 becomes one half. The
bend is the **sigmoid**. A weighted sum with a bend behind it is a **neuron**.

Where the probability is one half lies the **border**. With one input it is a point, with two a
straight line, with 784 (the pixels of a digit) a flat cut through a space that nobody can draw.

The network learns as on the page before: each point pulls at the border, and the border moves to
where the pulls even out. How hard a point pulls depends on the loss. With the **cross-entropy** a
point pulls harder, the more wrong its answer is. With the **squared error** a point whose answer is
surely wrong hardly pulls at all: the bend is flat there. So it **stalls**, just where there would
be most to learn.

Mix the two kinds until no straight line divides them: that is where one neuron ends, and the next
page begins.
"""
RULE = r"""
\begin{gathered}
z = w_1 x_1 + w_2 x_2 + b \\
p = \sigma(z) = \frac{1}{1 + e^{-z}} \\[6pt]
\textbf{cross-entropy} \\
-\,y \ln p - (1 - y) \ln (1 - p) \\
\frac{\partial}{\partial z} = p - y \\[6pt]
\textbf{squared error} \\
(p - y)^2 \\
\frac{\partial}{\partial z} = 2\,(p - y)\; p\,(1 - p)
\end{gathered}
"""
RULE_SAYS = """
$y$ is 1 for yes and 0 for no. The slope by $z$ is the pull of the second picture; what reaches the
weight of an input is the pull times that input, and the mean is taken over all points. The factor
$p\\,(1-p)$ is the slope of the sigmoid: near 0 wherever the neuron is sure, also where it is wrong.
"""
BORDER = """
The border is where $z = 0$. With one input that is $x = -b / w$. With two it is a line at right
angles to $(w_1, w_2)$, at the distance $-b / \\lVert w \\rVert$ from the origin.
"""
EXPERTS = """
- The loss is computed from the score, as ln(1 + eᶻ) − yz: the logarithm of a p that has become 0
  would be infinite. In PyTorch that is `BCEWithLogitsLoss`, not `BCELoss`.
- The cross-entropy has one valley only (it is convex in w and b). The squared error behind a
  sigmoid has flat plains, too.
- Where a line divides the two kinds fully, there is no best w: twice as large is always a little
  better. Weight decay or stopping early ends that.
"""
