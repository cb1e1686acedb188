"""Cells as HTML: text, headings and pictures as they are, widgets as places to draw in."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

VIEW = "application/vnd.jupyter.widget-view+json"
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_DRAWN = ("text/html", "image/svg+xml", *_PICTURES, "text/markdown", "text/plain")

#: What stands in the place of a widget until it is drawn, by its model id.
Still = Callable[[str], Markup]


def cell_html(cell: Any, failed: str, still: Still) -> Markup:
    """One cell that was run; `failed` is the sentence that stands for an error."""
    if cell.cell_type == "markdown":
        return Markup('<section class="ckl-cell ckl-prose">{}</section>\n').format(prose(cell.source))
    if cell.cell_type != "code" or not cell.outputs:
        return Markup()
    parts = Markup().join(_output_html(output, failed, still) for output in cell.outputs)
    return Markup('<section class="ckl-cell">{}</section>\n').format(parts)


@lru_cache(maxsize=256)
def prose(source: str) -> Markup:
    """Markdown as HTML. It is written by the author of the notebook, never by a visitor."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(source))  # noqa: S704 - see above


def needs_stock(output: Any) -> bool:
    """Whether an output has no form that the lean page draws, or runs a script of its own."""
    if output.output_type not in {"display_data", "execute_result"} or VIEW in output.data:
        return False
    if "<script" in _text(output.data.get("text/html", "")).lower():
        return True
    rich = [form for form in output.data if form not in _DRAWN]
    return bool(rich) and not any(form in output.data for form in _DRAWN[:-1])


def _output_html(output: Any, failed: str, still: Still) -> Markup:
    if output.output_type == "error":
        return Markup('<p class="ckp-note" role="alert">{}</p>').format(failed)
    if output.output_type == "stream":
        # warnings are for the server, not for the person
        return Markup() if output.name == "stderr" else _plain(_text(output.text))
    data = output.data
    if VIEW in data:
        model_id = str(data[VIEW]["model_id"])
        return Markup('<div class="ckl-view" data-model="{}" inert>{}</div>').format(model_id, still(model_id))
    return _data_html(data)


def _data_html(data: Any) -> Markup:
    block = Markup('<div class="ckl-output">{}</div>')
    for form in ("text/html", "image/svg+xml"):
        if form in data:
            return block.format(Markup(_text(data[form])))  # noqa: S704 - Python code of the notebook made it and escapes what it shows
    for form in _PICTURES:
        if form in data:
            picture = Markup('<img src="data:{};base64,{}" alt="{}">')
            return block.format(picture.format(form, _text(data[form]).strip(), _text(data.get("text/plain", ""))))
    if "text/markdown" in data:
        return block.format(prose(_text(data["text/markdown"])))
    return _plain(_text(data.get("text/plain", "")))


def _plain(text: str) -> Markup:
    return Markup('<pre class="ckl-text">{}</pre>').format(escape(text)) if text else Markup()


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
