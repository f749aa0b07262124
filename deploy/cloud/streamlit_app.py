"""MNIST Lab on the Community Cloud, which installs the `requirements.txt` beside its main file."""

import sys
from pathlib import Path

from streamlit import config

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # Streamlit adds the folder of the main file alone
    sys.path.insert(0, str(ROOT))

# The host has settings of its own, whatever `.streamlit/config.toml` says. Should it switch the
# watcher of sources on, that ends with the first visitor, as each session asks for itself; and
# reruns are no longer let overtake each other from then on.
config.set_option("server.fileWatcherType", "none")
config.set_option("runner.fastReruns", False)

import app

app.show_app()
