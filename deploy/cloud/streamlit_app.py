"""MNIST Lab on the Community Cloud, which installs the `requirements.txt` beside its main file."""

import sys
from pathlib import Path

from streamlit import config

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # Streamlit adds the folder of the main file alone
    sys.path.insert(0, str(ROOT))

# Should the host switch the watcher of sources on, whatever `.streamlit/config.toml` says, it ends
# with the first visitor: each session asks for itself.
config.set_option("server.fileWatcherType", "none")

import app

app.show_app()
