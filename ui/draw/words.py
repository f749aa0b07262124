"""The words of the chapters."""

XRAY = """
The network learnt from **MNIST**: 70 000 digits, each 20 pixels long, its centre of mass in the
middle of 28 × 28 pixels, with strokes about two pixels wide. Step by step your picture is made like
that. Of several digits that you draw, each is first drawn again with a thinner brush, since a thick
one fills its loops. Under each step: what the network would read if we stopped there. **Try it:**
draw something small in a corner with a thin brush.
"""
WHAT_HAPPENS = """
Your picture becomes 28 × 28 numbers between 0 (paper) and 1 (ink). The network's layers turn
them into ten numbers, one for each digit, called **logits** $z_0 … z_9$: the larger, the more the
picture looks like that digit. **Softmax** makes probabilities of them:
"""
TEMPERATURE = """
The temperature $T = {temperature:.2f}$ was fitted on digits that the network had not trained on, to
make its confidence match how often it is right.

**Is it a digit at all?** The ten probabilities always add up to 100 %, even for a scribble. So a
second, tiny judge (a logistic regression) looks at the 256 features in the network's last layer
but one, and at the logits: digits leave another pattern there than scribbles and letters. Its score
runs from 0 to 1, and under a threshold of {threshold:.3f} the page says “not sure”. At that
threshold it refuses {refused} of the digits that were set aside for this choice: raise it, and more
scribbles are caught, but more sloppy digits are refused.
"""
OWN_NETWORK = """
This network is your own, so $T = 1$: nothing was fitted to make its confidence honest. Nor has it
a second judge that says what is no digit: whatever has ink is read as one of the ten.
"""
SHIFT = """
A network knows only what it was shown. MNIST's digits were written by Americans around 1990, and
hardly anybody there slashed a zero or gave a one a long upstroke. People who do are misread more
often, because the world is not like the training data. That is called **distribution shift**, and
here more varied data cures it: the two networks that you can choose between are built alike, but
one has also seen strokes that 25 people wrote on a tablet, and scribbles that are no digits.
"""
TRY_IT = """
**Try it**, and switch between *MNIST alone* and *MNIST and pen strokes*:
1. Draw a zero with a slash that sticks out on both sides. One network is not sure or sees an 8.
2. Draw a one with a long upstroke, almost like a roof. How sure is each network?
3. Draw an A or a star: both should say *not sure*. Then draw a plain O. Is that a letter?
4. Write 12, or 2026: ink that falls apart side by side is read digit by digit.
"""
