"""What readers say of the articles: `ratings` counts how satisfied they are, `reports` is what they find wrong.

Readers stay unknown. A rating is on nobody's record, because it is no act of the board and nothing that readers see
depends on it; a report is on record when it arrives, without a word of it, because a clock begins to run.
"""
