"""The store as it is searched: what is said and done in the current version of every film, and what the work on all of them took."""

import re

from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import LineRow, StatisticsRow

LONGEST = 20  # words that are looked for; further ones are not
BEGIN, END = "\ue000", "\ue001"  # private characters, which no line has, around what was found

FOUND = """
SELECT line.id, line.job_id, video.path, line.version, line.scene, line.number, line.heading, line.kind, line.who, line.start,
    highlight(line_words, 0, ?, ?)
FROM line_words JOIN line ON line.id = line_words.rowid JOIN job ON job.id = line.job_id JOIN video ON video.id = job.video_id
WHERE line_words MATCH ? AND line.id > ? ORDER BY line.id LIMIT ?
"""
WORK = """
SELECT stage, COALESCE(json_extract(record, '$.model'), ''),
    SUM(done AND NOT kept), SUM(done AND kept), SUM(COALESCE(outcome IN ('failed', 'crashed'), 0)),
    SUM(CASE WHEN done AND NOT kept THEN ended - started ELSE 0 END),
    SUM(CASE WHEN done AND NOT kept THEN COALESCE(json_extract(probe, '$.duration'), 0) ELSE 0 END),
    SUM(COALESCE(tokens_in, 0)), SUM(COALESCE(tokens_out, 0)), SUM(COALESCE(json_extract(record, '$.fallen_back'), 0))
FROM (
    SELECT stage_run.*, video.probe, COALESCE(outcome = 'done', 0) AS done, COALESCE(json_type(record, '$.kept') = 'true', 0) AS kept
    FROM stage_run JOIN job ON job.id = stage_run.job_id JOIN video ON video.id = job.video_id
) GROUP BY 1, 2
"""


class Searching(Ledger):
    """Lines of scripts, and statistics."""

    def search(self, words: str, after: int = 0, limit: int = 50) -> tuple[tuple[LineRow, ...], int | None]:
        """The lines in which all of these words stand (in one piece where they are in quotes), film by film, and the next ``after``.

        Whatever is typed is taken as words: nothing of it is a command.
        """
        if not (match := matching(words)):
            return (), None
        rows = self._db.execute_sql(FOUND, (BEGIN, END, match, after, limit + 1)).fetchall()  # type: ignore[no-untyped-call]
        found = tuple(_line(row) for row in rows[:limit])
        return found, found[-1].id if len(rows) > limit else None

    def statistics(self) -> tuple[StatisticsRow, ...]:
        """What each model did in each stage, over all films."""
        rows = self._db.execute_sql(WORK).fetchall()  # type: ignore[no-untyped-call]
        return tuple(StatisticsRow.model_validate(dict(zip(StatisticsRow.model_fields, row, strict=True))) for row in rows)


def matching(words: str) -> str:
    """What a person typed as a query of FTS5 (https://www.sqlite.org/fts5.html, section 3): every word a string, all of them wanted."""
    pieces = words.split('"')
    phrases = [" ".join(_words(piece)) if inside % 2 else _words(piece) for inside, piece in enumerate(pieces)]
    wanted = [word for phrase in phrases for word in ([phrase] if isinstance(phrase, str) else phrase) if word]
    return " ".join(f'"{word}"' for word in wanted[:LONGEST])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _line(row: tuple[object, ...]) -> LineRow:
    text, marks = unmarked(str(row[-1]))
    names = [name for name in LineRow.model_fields if name != "marks"]
    return LineRow.model_validate(dict(zip(names, (*row[:-1], text), strict=True)) | {"marks": marks})


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line without the private characters around what was found, and where that stands: from, to."""
    plain, marks, begun = "", [], 0
    for piece in re.split(f"([{BEGIN}{END}])", text):
        if piece == BEGIN:
            begun = len(plain)
        elif piece == END:
            marks.append((begun, len(plain)))
        else:
            plain += piece
    return plain, tuple(marks)
