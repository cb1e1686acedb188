"""The sentences of a form."""

from __future__ import annotations

from carekit.language import Label

SAVED = Label("Saved.", "已保存。")
NOT_SAVED = Label(
    "Nothing was saved: something went wrong here. What you typed is still there; copy it down, then try again or tell the administrator.",
    "没有保存：程序出了问题。您填的内容还在，请先抄下或截图，再试一次；还不行请告诉管理员。",
)
OUTDATED = Label(
    "NOT saved: this page shows an older entry. Copy down what you typed, reload the page and enter it again.",
    "没有保存：页面上还是前一条记录。请先抄下您填的内容，刷新页面后重新填写。",
)
DRAFT_KEPT = Label("Draft kept {at}", "草稿已存 {at}")
DRAFT_NOT_KEPT = Label("The draft was not kept. Do not close this page before you have saved.", "草稿没有存上，保存之前请不要关闭本页。")

#: The fixed texts of the form's page.
FORM_TEXTS: dict[str, Label] = {
    "save": Label("Save", "保存"),
    "saving": Label("Saving…", "正在保存…"),
    "lost": Label(
        "NOT saved: no answer within {seconds} seconds. What you typed is still there. Do not close this page: copy it down or photograph it, then press Save again.",
        "没有保存：{seconds}秒内没有收到回答。您填的内容还在，请不要关闭本页，先抄下或截图，再点一次“保存”。",
    ),
    "required": Label("required", "必填"),
    "needed": Label("for a complete file", "建档项"),
    "choose": Label("— choose —", "— 请选择 —"),
    "yes": Label("yes", "是"),
    "no": Label("no", "否"),
    "unsaid": Label("not said", "未填"),
    "add": Label("+ Add: {part}", "＋ 添加{part}"),
    "remove": Label("Remove", "删除这一项"),
    "row": Label("{part} {number}", "{part}{number}"),
    "search": Label("Type a name or the first letters of its pinyin", "输入姓名或拼音首字母查找"),
    "no_match": Label("Nobody fits. Check what you typed.", "没有找到，请换个写法。"),
    "more": Label("{count} more: type more letters", "还有{count}个，请再输入几个字"),
    "clear": Label("Clear", "清除"),
    "chosen": Label("Chosen: {names}", "已选：{names}"),
    "summary": Label("Please correct:", "请改正以下各项："),
    "composing": Label(
        "Finish the word in the input method first, then press Save again. Nothing was saved yet.",
        "输入法里还有没选定的字，请先选字，再点一次“保存”。现在还没有保存。",
    ),
    "draft_offer": Label("There is an unfinished draft ({at}).", "有一份未完成的草稿（{at}）。"),
    "draft_waits": Label(
        "Choose above whether to bring the draft back; until then nothing new is kept as a draft.",
        "请先选择恢复还是丢弃上面的草稿，之后才会继续存草稿。",
    ),
    "restore": Label("Bring it back", "恢复"),
    "discard": Label("Discard", "丢弃"),
    "unsaved": Label("Not saved yet", "尚未保存"),
    "conflict": Label("Changed by {who} at {at}. Choose for each field:", "{who} {at} 改过这条记录。请逐项选择："),
    "somebody": Label("Somebody else", "别人"),
    "mine": Label("Mine: ", "用我的："),
    "theirs": Label("Theirs: ", "用对方的："),
    "choose_each": Label("Choose one for each field, then press Save again.", "请每一项都选好，再点“保存”。"),
    "merged": Label(
        "You changed different fields; nothing clashes. Press Save again to keep both changes.",
        "双方改的是不同的项目，没有冲突。再点一次“保存”，两边的修改都会保留。",
    ),
}


def problems_sentence(count: int) -> Label:
    """How many boxes need correcting."""
    return Label("Not saved: {count} to correct.", "还没有保存：有{count}处需要改正。").format(count=count)
