"""How well a network reads digits it has never seen, and where it goes wrong."""

from dataclasses import replace

import streamlit as st

from mnist_core.data.mnist import Digits
from mnist_core.evaluation.metrics import calibration, confusion, rank_mistakes, summarise
from mnist_core.evaluation.robustness import CHANGES, SAMPLE, Change
from mnist_core.pictures.changes import add_noise, rotate, shift, thicken
from ui.evaluation_view import in_percent, show_changed, show_gallery, show_summary
from ui.figures.evaluation import calibration_figure, confusion_figure, curves_figure, misses_figure
from ui.measured import (
    PAUSE_S,
    measure_on,
    measured_of,
    next_change,
    read_on,
    share_of_curves,
    share_read,
)
from ui.networks import Network, all_networks
from ui.runtime import open_through_app
from ui.show_code import show_code
from ui.stand_in import offered_test_digits
from ui.state import (
    ANY_DIGIT,
    CHANGED_DIGIT,
    COMPARED,
    EVALUATED,
    EVALUATION_STOPPED,
    GALLERY_PAGE,
    IS_DIGIT,
    MEASURING_CURVES,
    READ_AS,
)

GALLERY_SIZE = 20
PLAIN = {"displayModeBar": False}

ANSWERS = """
How well does a network read digits that it has never seen, and which ones does it get wrong? Here
it reads MNIST's 10 000 test digits, which no training has touched, and then the same digits turned,
shifted, thickened and covered with noise.
"""
MATRIX = """
Each cell counts the pictures of one digit (row) that were read as another (column). Only mistakes
are coloured: what was read right stands in the grey diagonal. **Click on a cell** to see its
pictures.
"""
RECALL = """
Of a thousand eights, how many are found? That is the **recall** of the digit 8. With $n_{ij}$ for
the cell in row $i$ and column $j$ of the table above, for the digit $k$:
"""
RECALL_SAYS = """
The orange bars show what is missing to 100 %. The blue bars look along the columns instead: of all
that was *read as* an eight, how much is none? That share is one minus the **precision**.
"""
CALIBRATION = """
When the network says “90 % sure”, is it right nine times out of ten? All readings are sorted into
bins $B_m$ by how sure the network was. On the dashed line it is exactly as often right as it
claims; under the line it boasts, above it is too modest. Small points stand for few pictures:
trust them little. The **expected calibration error** is the mean distance between how often it is
right (acc) and how sure it is (conf), where each bin counts as much as it holds pictures (Guo et
al. 2017):
"""
TEMPERATURE = """
The **temperature** divides the logits before the softmax. It never changes *which* digit is read,
only how sure the network claims to be: a high one makes it humble, a low one makes it boast. A
shipped network's own was fitted on other pictures than these, so here another may be better.
"""
ROBUSTNESS = f"""
A person reads a tilted 4 without noticing. Does the network? The first {SAMPLE} test digits are
changed, more and more, and read again. Beside each curve you see one of them, and what the network
chosen above reads in it (orange where that is wrong). The band around each line is one standard
error, $\\sqrt{{p\\,(1-p)/n}}$ for a share $p$ of $n = {SAMPLE}$: on other digits each point would
lie about that far away.
"""
TRY_IT = """
1. **Move the temperature to 4.** The accuracy stays the same, and so do the mistakes, but the
   points rise far above the dashed line: the network is right nearly always and claims to doubt.
2. **Look at the worst mistakes and cover the labels.** Write down what you would read, then
   compare. Of a good network's mistakes you will miss some, too: a few labels are hard to believe.
3. **Measure the four curves, for two networks.** Turning by 15° does next to nothing, 90° ruins
   everything: a 6 on its side is no digit that anybody taught it. A little noise that hardly
   bothers your eyes makes both blind, since in training the paper was always clean. And the
   network that has seen more kinds of handwriting goes blind sooner: more data helps only against
   what is in it.
"""


def choose_network(networks: dict[str, Network]) -> Network:
    """One of the shipped networks or of this session's."""
    keys = list(networks)
    st.selectbox(
        "Network",
        keys,
        index=keys.index(EVALUATED.default) if EVALUATED.default in keys else 0,
        format_func=lambda key: label_of(key, networks),
        key=EVALUATED.key,
        bind="query-params",
        on_change=show_all_mistakes,
    )
    return networks.get(EVALUATED.get(), networks[keys[0]])


def label_of(key: str, networks: dict[str, Network]) -> str:
    """The title, with a number where several networks have the same."""
    same = [other for other, network in networks.items() if network.title == networks[key].title]
    return networks[key].title + (f" ({same.index(key) + 1})" if len(same) > 1 else "")


def on_generated(network: Network) -> Network:
    """The same network under a key of its own."""
    return replace(network, key=f"{network.key} on generated digits")


def measure(network: Network, digits: Digits) -> None:
    """Read the test digits a moment at a time, until all are read or the visitor says stop."""
    share = share_read(network, digits)
    if share == 1:
        return
    if EVALUATION_STOPPED.get():
        st.caption(f"Stopped after {share:.0%} of the test digits: all figures are of those.")
        st.button(
            "Go on",
            icon=":material/play_arrow:",
            on_click=lambda: EVALUATION_STOPPED.set(False),
        )
    else:
        st.button("Stop", icon=":material/stop:", on_click=lambda: EVALUATION_STOPPED.set(True))
        st.fragment(read_for_a_moment, run_every=PAUSE_S)(network, digits)


def read_for_a_moment(network: Network, digits: Digits) -> None:
    """One step, and what is known after it."""
    read_on(network, digits)
    share = share_read(network, digits)
    if share == 1:
        st.rerun()
    st.progress(share, f"Reading the test digits: {share:.0%}")
    headline(network, digits)


def headline(network: Network, digits: Digits) -> None:
    """Accuracy, mistakes, loss and calibration error in one line."""
    logits = measured_of(network.key).logits
    show_summary(summarise(logits, digits.labels[: len(logits)], network.temperature))


@st.fragment
def mistakes(network: Network, digits: Digits) -> None:
    """The confusion matrix beside the pictures of its cells."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    st.subheader("What is mistaken for what", anchor=False)
    matrix_column, gallery_column = st.columns(2, gap="large")
    with gallery_column:
        label, read = choose_cell()
        ranking = rank_mistakes(logits, labels, network.temperature, label, read)
        page = choose_page(len(ranking), label is not None and label == read)
        show_gallery(digits, ranking.page(page, GALLERY_SIZE))
    with matrix_column:
        st.markdown(MATRIX)
        st.plotly_chart(
            confusion_figure(confusion(logits, labels), label, read),
            key="confusion",
            on_select=follow_click,
            selection_mode="points",
            config=PLAIN,
            alt="Confusion matrix: how often each digit was read as each other",
        )


def choose_cell() -> tuple[int | None, int | None]:
    """Which label and which reading to look at; None for any."""
    columns = st.columns(2)
    for column, setting, name in zip(
        columns, (IS_DIGIT, READ_AS), ("It is", "Read as"), strict=True
    ):
        with column:
            st.selectbox(
                name,
                [ANY_DIGIT, *range(10)],
                format_func=lambda digit: "any digit" if digit == ANY_DIGIT else str(digit),
                key=setting.key,
                on_change=show_first_page,
            )
    label, read = (
        None if setting.get() == ANY_DIGIT else setting.get() for setting in (IS_DIGIT, READ_AS)
    )
    return label, read


def choose_page(count: int, are_right: bool) -> int:
    """Which of the gallery's pages, counted from 0."""
    what = "read right, the least sure first" if are_right else "mistakes, the worst first"
    st.caption(f"{count} {what}." if count else "None: nothing of this kind happened.")
    pages = max(1, -(-count // GALLERY_SIZE))
    if pages > 1:
        st.pagination(pages, key=GALLERY_PAGE.key)
    return min(GALLERY_PAGE.get(), pages) - 1


def follow_click() -> None:
    """Show the pictures of the cell that was clicked on."""
    points = st.session_state["confusion"]["selection"]["points"]
    if points:
        label, read = points[0]["customdata"]
        IS_DIGIT.set(int(label))
        READ_AS.set(int(read))
        show_first_page()


def show_first_page() -> None:
    """Of the gallery."""
    GALLERY_PAGE.set(1)


def show_all_mistakes() -> None:
    """Whatever cell was chosen for another network."""
    IS_DIGIT.set(ANY_DIGIT)
    READ_AS.set(ANY_DIGIT)
    show_first_page()


def each_digit(network: Network, digits: Digits) -> None:
    """Recall and precision of the ten digits."""
    logits = measured_of(network.key).logits
    st.subheader("Which digits are hard", anchor=False)
    words, chart = st.columns([2, 3], gap="large")
    with words:
        st.markdown(RECALL)
        st.latex(r"\text{recall}_k = \frac{n_{kk}}{\sum_j n_{kj}}")
        st.markdown(RECALL_SAYS)
    chart.plotly_chart(
        misses_figure(confusion(logits, digits.labels[: len(logits)])),
        key="misses",
        config=PLAIN,
        alt="Share of each digit that is missed, and share of its readings that are wrong",
    )


@st.fragment
def confidence(network: Network, digits: Digits) -> None:
    """The reliability diagram, and what the temperature does to it."""
    logits = measured_of(network.key).logits
    labels = digits.labels[: len(logits)]
    st.subheader("Is it right as often as it is sure?", anchor=False)
    words, chart = st.columns([2, 3], gap="large")
    with words:
        st.markdown(CALIBRATION)
        st.latex(r"\text{ECE} = \sum_m \frac{|B_m|}{n}\,\bigl|\text{acc}_m - \text{conf}_m\bigr|")
        st.markdown(TEMPERATURE)
        temperature = choose_temperature(network)
        choices = {
            "At this temperature": temperature,
            "With the network's own": network.temperature,
            "Without any": 1.0,
        }
        summaries = {name: summarise(logits, labels, T) for name, T in choices.items()}
        st.markdown(
            "\n".join(
                f"- {name} ($T = {choices[name]:.2f}$): "
                f"ECE {in_percent(summary.ece)}, loss {summary.loss:.4f}"
                for name, summary in summaries.items()
            )
        )
    chart.plotly_chart(
        calibration_figure(calibration(logits, labels, temperature)),
        key="calibration",
        config=PLAIN,
        alt="How often the network is right against how sure it is",
    )


def choose_temperature(network: Network) -> float:
    """A slider that starts at the network's own, which may lie between two of its steps."""
    own = round(network.temperature, 2)
    chosen = st.slider(
        "Temperature",
        min_value=min(own, 0.25),
        max_value=max(own, 4.0),
        value=own,
        step=0.01,
        key=f"temperature_of_{network.key}",
    )
    return network.temperature if chosen == own else chosen


@st.fragment
def robustness(network: Network, networks: dict[str, Network], digits: Digits) -> None:
    """Four curves, on request, of this network and of others to compare it with."""
    st.subheader("What does it take to fool it?", anchor=False)
    st.markdown(ROBUSTNESS)
    compared = choose_compared(network, networks)
    running = start_or_stop(list(compared.values()), digits)
    for change in CHANGES.values():
        st.markdown(f"##### {change.title}")
        chart, pictures = st.columns(2, gap="large")
        with chart:
            pause_s = PAUSE_S if change is running else None
            st.fragment(curve, run_every=pause_s)(compared, digits, change)
        with pictures:
            show_changed(network, digits, CHANGED_DIGIT.get(), change)


def choose_compared(network: Network, networks: dict[str, Network]) -> dict[str, Network]:
    """This network and those to compare it with, by what they are called in the legend."""
    compare, example = st.columns(2, gap="large")
    with compare:
        chosen = st.multiselect(
            "Compare with",
            [key for key in networks if key != network.key],
            format_func=lambda key: label_of(key, networks),
            key=COMPARED.key,
            placeholder="another network",
        )
    with example:
        st.number_input(
            f"Test digit to look at (0 to {SAMPLE - 1})",
            min_value=0,
            max_value=SAMPLE - 1,
            value=CHANGED_DIGIT.default,
            key=CHANGED_DIGIT.key,
        )
    keys = [network.key, *(key for key in chosen if key in networks)]
    return {label_of(key, networks): networks[key] for key in keys}


def start_or_stop(compared: list[Network], digits: Digits) -> Change | None:
    """The button that the curves need next, if any; returns the change that is being measured."""
    missing = next_change(compared, digits)
    if missing is None:
        return None
    is_running = MEASURING_CURVES.get()
    st.button(
        "Stop measuring" if is_running else "Measure the curves",
        icon=":material/stop:" if is_running else ":material/play_arrow:",
        type="secondary" if is_running else "primary",
        on_click=lambda: MEASURING_CURVES.set(not is_running),
    )
    return missing if is_running else None


def curve(compared: dict[str, Network], digits: Digits, change: Change) -> None:
    """One curve as far as it has been measured, and some more of it when it is its turn."""
    networks = list(compared.values())
    if MEASURING_CURVES.get() and next_change(networks, digits) is change:
        measure_on(networks, digits, change)
        if next_change(networks, digits) is not change:
            st.rerun()
        share = share_of_curves(networks, digits)
        st.progress(share, f"Measuring the four curves: {share:.0%}")
    st.plotly_chart(
        curves_figure(
            change, {title: measured_of(n.key).curve(change) for title, n in compared.items()}
        ),
        key=f"curve_{change.key}",
        config=PLAIN,
        alt=f"Accuracy against: {change.title}, {change.unit}",
    )


def report(network: Network, networks: dict[str, Network], digits: Digits) -> None:
    """Everything about one network that has read some digits."""
    headline(network, digits)
    mistakes(network, digits)
    each_digit(network, digits)
    confidence(network, digits)
    robustness(network, networks, digits)


def lesson() -> None:
    """The page from the choice of a network to its curves."""
    networks = all_networks()
    if not networks:
        return
    network = choose_network(networks)
    offered = offered_test_digits()
    if offered is None:
        return
    digits = offered.digits
    if offered.generated:  # what is measured on them is kept apart from what MNIST's test gives
        networks = {key: on_generated(one) for key, one in networks.items()}
        network = on_generated(network)
    measure(network, digits)
    share = share_read(network, digits)
    if share == 1 or (share > 0 and EVALUATION_STOPPED.get()):
        report(network, networks, digits)


open_through_app()
st.title("Evaluate", anchor=False)
st.markdown(ANSWERS)
lesson()
st.subheader("Try it", anchor=False)
st.markdown(TRY_IT)
show_code(confusion, calibration, rank_mistakes, rotate, shift, thicken, add_noise)
