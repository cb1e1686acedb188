"""What the apps are made of: forms, tables, timelines, charts and small parts, drawn from declarations.

::

    RecordForm   one record (and its parts), saved only with an acknowledgement    Entry, Saved, Part, Option, Drafts
    RecordTable  many rows, one page at a time                                     Column, RowAction, Emphasis
    Timeline     what happened to one child                                        TermSpan
    Chart        figures as a picture and as a table                               rate_bars, trend_line, share_bars, progress_chart, Drawing, chart_png, chart_svg
    Checklist    people to tick off in one go                                      CheckRow, Mark
    Steps        where a person stands in a task                                   Step, StepState
    FileDrop     choose or drop a file
    Notice       a message that is announced                                       Tone
    Facts        facts or large figures with their names
"""

from carekit.widgets.cells import NOTHING, cell_text
from carekit.widgets.chart import STATIC_PATH, Chart, static_folder, vega_bundle
from carekit.widgets.chart_drawing import Drawing, rate_bars, share_bars, trend_line
from carekit.widgets.chart_pictures import chart_png, chart_svg
from carekit.widgets.chart_progress import ProgressCheck, ProgressPhase, ProgressScore, progress_chart
from carekit.widgets.checklist import Checklist, CheckRow, Mark
from carekit.widgets.drafts import Drafts
from carekit.widgets.element import Element
from carekit.widgets.form import Entry, RecordForm, Saved
from carekit.widgets.form_layout import Option, Part
from carekit.widgets.notice import Facts, Notice, Tone
from carekit.widgets.steps import Step, Steps, StepState
from carekit.widgets.table import Column, Emphasis, RecordTable, RowAction
from carekit.widgets.timeline import TermSpan, Timeline
from carekit.widgets.upload import FileDrop

__all__ = [
    "NOTHING",
    "STATIC_PATH",
    "Chart",
    "CheckRow",
    "Checklist",
    "Column",
    "Drafts",
    "Drawing",
    "Element",
    "Emphasis",
    "Entry",
    "Facts",
    "FileDrop",
    "Mark",
    "Notice",
    "Option",
    "Part",
    "ProgressCheck",
    "ProgressPhase",
    "ProgressScore",
    "RecordForm",
    "RecordTable",
    "RowAction",
    "Saved",
    "Step",
    "StepState",
    "Steps",
    "TermSpan",
    "Timeline",
    "Tone",
    "cell_text",
    "chart_png",
    "chart_svg",
    "progress_chart",
    "rate_bars",
    "share_bars",
    "static_folder",
    "trend_line",
    "vega_bundle",
]
