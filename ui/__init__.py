"""The app's pages in parts, a room for each page, and what pages share."""
