"""Texts in several languages: carekit.language."""

from __future__ import annotations

import pytest

from carekit.language import Label, Language, current_language, text_of

LABEL = Label("Class of {who}", "{who}的档案与学习")


def test_a_label_speaks_each_language() -> None:
    """English and Simplified stand in the declaration, Traditional is derived."""
    filled = LABEL.format(who="李一")
    assert filled.text(Language.EN) == "Class of 李一"
    assert filled.text(Language.ZH_HANS) == "李一的档案与学习"
    assert filled.text(Language.ZH_HANT) == "李一的檔案與學習"


def test_a_label_within_a_label_is_put_in_in_its_language() -> None:
    """A place filled with a label reads in the language of the whole."""
    filled = LABEL.format(who=Label("child", "儿童"))
    assert (filled.en, filled.zh) == ("Class of child", "儿童的档案与学习")


@pytest.mark.parametrize(
    ("tag", "language"), [("en", Language.EN), ("zh-TW", Language.ZH_HANT), ("", Language.ZH_HANS), ("xx", Language.ZH_HANS)]
)
def test_the_language_comes_from_the_setting(monkeypatch: pytest.MonkeyPatch, tag: str, language: Language) -> None:
    """The setting decides; an unknown one falls back to Simplified Chinese."""
    monkeypatch.setenv("CAREKIT_LANG", tag)
    assert current_language() is language
    assert str(Label("a", "乙")) == {"en": "a"}.get(tag, "乙")


def test_other_values_stay_as_they_are() -> None:
    """What has no label is shown as it is."""
    assert text_of(3) == 3 and text_of(Label("a", "乙"), Language.EN) == "a"
