"""Vietnamese as a newsroom writes it: clean text, search keys and addresses, dates and numbers, the order of lists.

Pure: text in, text out. The one place that knows how Vietnamese letters are built.
"""

from editorial.vietnamese.order import collation_key, given_name_key
from editorial.vietnamese.searching import Word, bare, folded_key, search_key, words
from editorial.vietnamese.spelling import (
    fold,
    mend_eth,
    normalise,
    normalise_line,
    reading_minutes,
    slug,
    tidy,
    words_in,
)
from editorial.vietnamese.wording import (
    ZONE,
    formal_date,
    header_date,
    local,
    moment,
    moment_with_zone,
    month,
    number,
    parse_local,
    short_date,
    weekdays,
)

__all__ = [
    "ZONE",
    "Word",
    "bare",
    "collation_key",
    "fold",
    "folded_key",
    "formal_date",
    "given_name_key",
    "header_date",
    "local",
    "mend_eth",
    "moment",
    "moment_with_zone",
    "month",
    "normalise",
    "normalise_line",
    "number",
    "parse_local",
    "reading_minutes",
    "search_key",
    "short_date",
    "slug",
    "tidy",
    "weekdays",
    "words",
    "words_in",
]
