"""What to do with the parts of the page, and what one should see."""

import streamlit as st

TRY_IT = """
1. **Move the temperature to 4** (*Is it right as often as it is sure?*). The accuracy stays the
   same, and so do the mistakes, but the points rise far above the dashed line: the network is right
   nearly always and claims to doubt.
2. **Look at the worst mistakes and cover the labels** (*What is mistaken for what*). Write down
   what you would read, then compare. Of a good network's mistakes you will miss some, too: a few
   labels are hard to believe.
3. **Measure the four curves, for two networks** (*What does it take to fool it?*). Turning by 15°
   does next to nothing, 90° ruins everything: a 6 on its side is no digit that anybody taught it. A
   little noise that hardly bothers your eyes makes both blind, since in training the paper was
   always clean. And the network that has seen more kinds of handwriting goes blind sooner: more
   data helps only against what is in it.
"""


def try_it() -> None:
    """Three experiments."""
    st.markdown(TRY_IT)
