"""Every word of the pages of logging in."""

from __future__ import annotations

from collections.abc import Mapping

from carekit.language import Label, Language

WORDING: Mapping[str, Label] = {
    "login": Label("Log in", "登录"),
    "name": Label("Login name", "登录名"),
    "password": Label("Password", "密码"),
    "show": Label("Show what is typed", "显示输入的内容"),
    "forgot": Label(
        "No account, or forgot the password? Ask the administrator.",
        "没有账号或忘了密码？请找系统管理员。",
    ),
    "demo_title": Label("Look around as", "选一个身份体验"),
    "demo_or": Label("Or log in with a name and a password", "或者用登录名和密码登录"),
    "choose": Label("Choose a password of your own", "请设置自己的密码"),
    "choose_why": Label(
        "The password that you were given is good only once. Choose one that only you know; then you can begin.",
        "发给您的密码只能用一次。请设一个只有自己知道的密码，设好就能开始使用。",
    ),
    "change": Label("Change the password", "修改密码"),
    "given": Label("Password that you were given", "发给您的初始密码"),
    "old": Label("Present password", "当前密码"),
    "new": Label("New password", "新密码"),
    "rule": Label(
        "10 characters or more. Three words that have nothing to do with each other are easy to remember.",
        "至少10个字符。用三个不相干的词，好记又安全。",
    ),
    "again": Label("New password once more", "再输一遍新密码"),
    "differ": Label("The two new passwords differ. Type them again.", "两次输入的新密码不一致，请重新输入。"),
    "save": Label("Save", "保存"),
    "saved": Label("The password is changed; all other logins have ended.", "密码已修改，其他设备上的登录已全部退出。"),
    "everywhere": Label("Log out everywhere", "退出所有设备"),
    "everywhere_why": Label(
        "Was it left open on another computer? This ends all your logins, here too.", "别处忘了退出？点这里，所有设备（包括这台）都会退出。"
    ),
    "other": Label("Log out", "退出登录"),
    "factor": Label("Second factor", "两步验证"),
    "factor_link": Label("Second factor: a code of your phone beside the password", "两步验证：登录时除密码外再输手机上的验证码"),
    "give_code": Label("Code", "验证码"),
    "give_code_how": Label("Type the 6 digits that the authenticator app on your phone shows now.", "请输入手机验证器现在显示的6位数字。"),
    "lost": Label(
        "Phone lost? Type one of your recovery codes instead. None left? Ask the administrator for a reset.",
        "手机丢了？可输入一个恢复码。恢复码也没有，请找系统管理员重置。",
    ),
    "off_now": Label(
        "It is off. When it is on, logging in also takes a code from your phone, so that a password that somebody has seen is not enough.",
        "现在是关闭的。开启后，登录时除密码外还要输入手机上的验证码，别人知道了密码也进不来。",
    ),
    "need_app": Label(
        "You need an authenticator app on your phone (any app that shows 6-digit codes).",
        "手机上需要一个验证器应用（在应用商店搜索“验证器”或 Authenticator，能显示6位数字的都行）。",
    ),
    "begin": Label("Set it up", "开始设置"),
    "scan": Label("1. Scan this with the authenticator app.", "1. 用验证器应用扫描下面的二维码。"),
    "same_phone": Label("On this phone: open the app", "就在这部手机上？点此打开验证器"),
    "by_hand": Label("Or type this secret into the app:", "扫不了？在应用里手工输入密钥："),
    "then_code": Label("2. Type the 6 digits that the app shows", "2. 输入应用显示的6位数字"),
    "turn_on": Label("Turn on", "开启"),
    "turn_off": Label("Turn off", "关闭两步验证"),
    "turn_off_how": Label(
        "To turn it off, or to move to another phone, type your password.", "要关闭，或要换手机（先关闭再重新开启），请输入密码。"
    ),
    "is_on": Label("The second factor is on.", "两步验证已开启。"),
    "is_off": Label("The second factor is off.", "两步验证已关闭。"),
    "codes_left": Label("Recovery codes left: {left}.", "还剩{left}个恢复码。"),
    "few_left": Label("Turn it off and on again for new ones.", "快用完了，可先关闭再开启，换一批新的。"),
    "recovery": Label("The second factor is on. Write these recovery codes down now.", "两步验证已开启。请现在抄下这些恢复码。"),
    "recovery_why": Label(
        "When the phone is lost, each of them opens one login. Keep the paper under lock; they are not shown again.",
        "手机丢了时，每个恢复码可登录一次。请锁好，以后不再显示。",
    ),
    "written": Label("I have written them down", "已抄好，继续"),
    "home": Label("Home", "回首页"),
    "ended": Label(
        "Your login has ended: it was not used for a while, or it was ended elsewhere. Log in again.",
        "登录已失效（太久没有操作，或已在别处退出），请重新登录。",
    ),
    "stale": Label(
        "Nothing was sent: this page was open for too long, or the browser keeps no cookies. Open it again and try once more.",
        "没有提交成功：页面打开太久，或浏览器禁用了 Cookie。请重新打开本页再试。",
    ),
}


def words(language: Language) -> dict[str, str]:
    """The words in one language."""
    return {name: label.text(language) for name, label in WORDING.items()}
