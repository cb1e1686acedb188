"""The dashboard in Streamlit."""

from __future__ import annotations

import board
import streamlit as st

frame = st.cache_data(board.load)()
st.title("Dashboard")
chosen = st.selectbox("Category", board.choices(frame))
st.html(board.html(frame, chosen))
