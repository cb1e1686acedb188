"""The dashboard that every server shows: figures, a chart and a table as one piece of HTML, so that only the serving differs.

Needs pandas only, for it runs in carekit's environment and in that of the peers. The chart is made of plain boxes because some peers drop SVG.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd

ALL = "All"


def load() -> pd.DataFrame:
    """The rows, from the file beside this one."""
    return pd.read_csv(Path(__file__).with_name("rows.csv"), parse_dates=["date"])


def choices(frame: pd.DataFrame) -> list[str]:
    """What the filter offers: all, or one category."""
    return [ALL, *sorted(frame["category"].unique())]


def html(frame: pd.DataFrame, category: str) -> str:
    """The dashboard of one category or of all: four figures, amounts by school, the first 20 rows."""
    rows = frame if category == ALL else frame[frame["category"] == category]
    figures = {
        "Rows": f"{len(rows):,}",
        "Hours": f"{rows['hours'].sum():,.1f}",
        "Amount": f"{rows['amount'].sum():,.0f}",
        "Open": f"{(rows['status'] == 'open').sum():,}",
    }
    boxes = "".join(
        f'<div style="display:inline-block;margin:8px;padding:8px;border:1px solid #888"><div>{name}</div><b class="figure">{figure}</b></div>'
        for name, figure in figures.items()
    )
    return f'<div class="board">{boxes}{_chart(rows)}{rows.head(20).to_html(index=False, border=0)}</div>'


def _chart(rows: pd.DataFrame) -> str:
    amounts = rows.groupby("school")["amount"].sum().sort_index()
    most = amounts.max()
    bars = "".join(
        f'<div style="display:flex"><span style="width:90px">{escape(str(school))}</span>'
        f'<span class="bar" style="width:{380 * amount / most:.1f}px;background:#4477aa"></span><span>{amount:,.0f}</span></div>'
        for school, amount in amounts.items()
    )
    return f'<div class="chart">{bars}</div>'
