"""What can go wrong, in two branches.

::

    CarekitError
    ├── UserError (ValueError)      shown to the person, in their language, with what to do next
    │   ├── NotFound (LookupError)  there is no such record, or it is not yours: one answer for both
    │   ├── Denied                  the role does not allow this
    │   ├── Conflict                somebody saved a newer version (carekit.store)
    │   ├── InvalidRecord           one sentence per field that is wrong (carekit.fields)
    │   └── WrongKey                the store cannot be opened with this passphrase or key
    └── ProgrammerError (TypeError) a mistake in code: it crashes loudly

A `UserError` never holds what a person typed about somebody, so that it may be logged.
"""

from __future__ import annotations

from carekit.language import Label, Language


class CarekitError(Exception):
    """Anything that carekit raises on purpose."""


class UserError(CarekitError, ValueError):
    """Something a person can put right: `label` is one sentence that says what is wrong and what to do next."""

    code = "user_error"

    def __init__(self, label: Label, *, code: str | None = None) -> None:
        super().__init__(label.en)
        self.label = label
        self.code = code or self.code

    def text(self, language: Language | None = None) -> str:
        """The sentence in `language` (the current one when left out)."""
        return self.label.text(language)


class NotFound(UserError, LookupError):
    """There is no such record, or it is not this person's to see: the answer is the same for both."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__(
            Label(
                "There is no such record, or it is not yours to see. Look it up again from your own list.",
                "没有这条记录，或者您无权查看。请从自己的名单里重新查找。",
            )
        )


class Denied(UserError):
    """The role of the person does not allow what was asked."""

    code = "denied"


class WrongKey(UserError):
    """The store does not open with the passphrase or key that was given."""

    code = "wrong_key"

    def __init__(self) -> None:
        super().__init__(
            Label(
                "The store does not open with this passphrase. Check the passphrase or the key file and try again.",
                "口令或密钥不对，打不开数据库。请核对口令或密钥文件后再试。",
            )
        )


class ProgrammerError(CarekitError, TypeError):
    """A mistake in the code that uses carekit; never shown to a person as advice."""
