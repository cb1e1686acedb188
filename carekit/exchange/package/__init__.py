"""The hand-over of a child's file to another school: one sealed file, told by its mark, opened with a passphrase that goes by phone."""

from carekit.exchange.package.arrival import Arrived, open_package
from carekit.exchange.package.content import Account, Content, account_of
from carekit.exchange.package.leaving import Package, account_for_paper, content_of, make_package, travel_of
from carekit.exchange.package.paper import account_html, details_text, when_text
from carekit.exchange.package.seal import PACKAGE_LIMIT, SealedFile, seal

__all__ = [
    "PACKAGE_LIMIT",
    "Account",
    "Arrived",
    "Content",
    "Package",
    "SealedFile",
    "account_for_paper",
    "account_html",
    "account_of",
    "content_of",
    "details_text",
    "make_package",
    "open_package",
    "seal",
    "travel_of",
    "when_text",
]
