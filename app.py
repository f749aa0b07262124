"""MNIST Lab: `streamlit run app.py`."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: see ui.shared.process

import streamlit as st

from ui.shared.address import begin_page, say_refused
from ui.shared.process import leave_out_what_came_with, prepare_process
from ui.shared.session.runs import pause_trainings

st.set_page_config(page_title="MNIST Lab", page_icon="✏️", layout="wide")
prepare_process()
train_page = st.Page("pages/train.py", title="Train", icon=":material/model_training:")
page = st.navigation(
    {
        "": [
            st.Page("pages/draw.py", title="Draw a digit", icon=":material/draw:", default=True),
            train_page,
            st.Page("pages/evaluate.py", title="Evaluate", icon=":material/fact_check:"),
        ],
        "Inside the network": [
            st.Page("pages/layer_by_layer.py", title="Your digit, layer by layer"),
            st.Page("pages/convolution.py", title="Convolution"),
            st.Page("pages/pooling.py", title="Pooling"),
            st.Page("pages/dropout.py", title="Dropout"),
            st.Page("pages/batch_norm.py", title="Batch normalisation"),
            st.Page("pages/activations.py", title="Activations and initialisation"),
            st.Page("pages/first_layer.py", title="First-layer weights"),
        ],
        "Make digits": [st.Page("pages/latent.py", title="Latent space")],
    },
    position="top",
)
if page != train_page:
    pause_trainings()
refused = begin_page(page.title)
page.run()
say_refused(refused)
leave_out_what_came_with(page.title)
