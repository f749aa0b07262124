"""What the chapters of this page say."""

IDEA = """
A line cannot follow a wave, and a sum of lines is only another line. But a sum of **bent** lines
can follow anything. Each **hidden unit** takes x, multiplies it by its own weight w, shifts it by
c, and bends the result with its **activation function** f. Then it adds its share, v times that, to
the curve. The units stand side by side: together they are a **hidden layer**.

Look at the picture on the right. With ReLU each part is a straight line with one corner: flat on
one side, rising or falling on the other. The curve on the left has all these corners, and between
two of them it is straight. With the sigmoid or tanh the corners are round.

Nobody tells a unit where to bend. All of them start at random places, and each step moves every
number a little downhill on the loss. So two trainings with other random starts find other parts,
and nearly the same curve. Some units bend where no point is, and do nothing at all.

A network that reads digits does the same with 784 inputs: it bends a surface until digits of one
kind lie on one side.
"""
EXPERTS = """
- With enough units, such a sum comes as near as one likes to any continuous curve on an interval
  (Cybenko 1989; Hornik 1991). The theorem does not say how many it takes, nor that gradient descent
  finds them: try 16 units and few steps.
- More units than points can follow every point exactly, errors included. What it does between the
  points is then a matter of luck; held-out points would tell.
- A ReLU unit that is 0 at every point gets no slope, and never moves again: it is **dead**. The
  page *Activation functions* shows why, and what leaks help.
- Without any bend, f(z) = z, all units together are one line, however many there are.
"""
