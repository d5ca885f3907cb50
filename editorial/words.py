"""Marks the words that people read, so that a pure module can hold them without knowing how they are translated."""


def N_(message: str) -> str:  # noqa: N802  the name that gettext tools know it by
    """The English message id itself; the catalogue finds it by this mark, the edge translates it."""
    return message
