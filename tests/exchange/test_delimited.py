"""Text tables as people write them: carekit.exchange.files.delimited."""

from __future__ import annotations

import pytest

from carekit.exchange.files.delimited import read_delimited


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('班级,姓名,村\n三(2)班,甲,一组\n三(2)班,丙,"\n三(2)班,丁,一组\n', [["三(2)班", "丙", '"'], ["三(2)班", "丁", "一组"]]),
        ('班级,姓名,村\n三(2)班,甲,一组\n",丙,"\n",丁,"\n', [['"', "丙", '"'], ['"', "丁", '"']]),
        ('班级,姓名,村\n三(2)班,甲,一组\n三(2)班,丙,"\n三(2)班,丁,"\n', [["三(2)班", "丙", '"'], ["三(2)班", "丁", '"']]),
    ],
)
def test_a_ditto_mark_swallows_no_line(text: str, rows: list[list[str]]) -> None:
    """A quotation mark that stands for "the same as above" is a character, whether or not another closes it by chance."""
    assert read_delimited(text.encode())[2:] == rows


def test_quoted_cells_keep_their_commas_lines_and_marks() -> None:
    """What a workbook program quotes is read as one cell, with the new line, the comma and the mark in it."""
    text = '姓名,备注\n甲,"住校,\n周末回家"\n乙,"说""好"""\n"丙","x"\n'
    assert read_delimited(text.encode())[1:] == [["甲", "住校,\n周末回家"], ["乙", '说"好"'], ["丙", "x"]]
