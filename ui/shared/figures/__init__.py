"""Pictures and charts that more than one page shows; none knows streamlit's session."""
