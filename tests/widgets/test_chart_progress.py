"""What is promised of the chart of progress: one child's scores, phases and checks in one picture and one table."""

from __future__ import annotations

from datetime import date

from carekit.language import Label
from carekit.widgets import ProgressCheck, ProgressPhase, ProgressScore, chart_svg, progress_chart

TITLE = Label("Mathematics", "数学")
SCORES = [
    ProgressScore(date(2025, 9, 5), 0.52, "摸底考试", "52 / 100", baseline=True),
    ProgressScore(date(2026, 1, 12), None, "单元测验", "0 / 0"),
    ProgressScore(date(2026, 4, 20), 0.74, "期中考试", "74 / 100"),
]
PHASES = [
    ProgressPhase(date(2026, 3, 2), date(2026, 4, 30), "计算", "口算快"),
    ProgressPhase(date(2026, 5, 1), date(2026, 7, 8), "应用题"),
    ProgressPhase(date(2026, 3, 2), date(2026, 7, 8), "<b>习惯</b>"),
]
CHECKS = [ProgressCheck(date(2026, 4, 2), "部分达到"), ProgressCheck(date(2026, 5, 2), "逾期", held=False)]


def test_everything_stands_in_the_table_by_date() -> None:
    """Scores (one that cannot be drawn too), phases and checks, in the order of days."""
    rows = progress_chart(SCORES, PHASES, CHECKS, title=TITLE).rows
    assert [row[1] for row in rows] == ["成绩", "成绩", "计划阶段", "计划阶段", "检查", "成绩", "计划阶段", "检查"]
    assert rows[1] == ("2026-01-12", "成绩", "单元测验", "0 / 0")
    assert rows[2] == ("2026-03-02 至 2026-04-30", "计划阶段", "计算：口算快", "—")


def test_the_picture_shows_shares_phases_and_checks() -> None:
    """First and last share are written, each phase by its name (markup as text), each check by its mark; a score out of 0 is not drawn."""
    picture = chart_svg(progress_chart(SCORES, PHASES, CHECKS, title=TITLE))
    for words in ("52%", "74%", "计算", "应用题", "✓", "△", "数学"):
        assert words in picture
    assert "&lt;b&gt;习惯" in picture
    assert "NaN" not in picture


def test_phases_on_other_days_share_a_row() -> None:
    """Bars lie beneath each other only where they overlap: three phases, two of them one after the other, need two rows."""
    tall = [progress_chart(SCORES, PHASES[:n], title=TITLE).spec["height"] for n in (1, 2, 3)]
    assert tall[0] == tall[1] < tall[2]


def test_nothing_at_all_draws() -> None:
    """No score, no phase and no check: an empty table and a picture without an error."""
    drawing = progress_chart([], title=TITLE)
    assert drawing.rows == ()
    assert "NaN" not in chart_svg(drawing)
    assert chart_svg(progress_chart([], PHASES, title=TITLE))
