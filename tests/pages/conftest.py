from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def a_server_that_has_just_started() -> Iterator[None]:
    """Pages share networks and data through Streamlit's caches: no test leaves any behind."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
