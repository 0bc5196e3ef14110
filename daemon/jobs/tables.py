"""The tables, as peewee sees them. ``migrations`` makes them; a test compares the two.

The models are bound to no database: the store hands its own to every query, so that two stores never meet by accident.
"""

from peewee import AutoField, BigIntegerField, BlobField, FloatField, ForeignKeyField, IntegerField, Model, TextField


class Words(TextField):
    """Text that may quote a file's name: bytes that are not UTF-8, and NUL, are escaped, since SQLite's text holds neither."""

    def db_value(self, value: str | None) -> str | None:
        """The text as it is stored."""
        return None if value is None else value.encode(errors="backslashreplace").decode().replace("\0", "\\x00")


class Tally(Model):
    """How many jobs are in each state, kept by triggers; its rows are also the states that a job may have."""

    state = TextField(primary_key=True)
    jobs = IntegerField()


class Inbox(Model):
    """A watched folder as it was when all was well."""

    path = BlobField(primary_key=True)
    device = BigIntegerField()
    mount_id = BigIntegerField()
    first_seen = FloatField()


class Video(Model):
    """A source file. ``gone``: it was not there when it was last looked for."""

    id = AutoField()
    path = BlobField()
    inbox = BlobField()
    digest = TextField()
    device = BigIntegerField()
    inode = BigIntegerField()
    size = BigIntegerField()
    mtime_ns = BigIntegerField()
    ctime_ns = BigIntegerField()
    gone = IntegerField()
    probe = TextField(null=True)


class Job(Model):
    """A video's way to a screenplay."""

    id = AutoField()
    video = ForeignKeyField(Video, on_delete="CASCADE")
    recipe = TextField()
    state = TextField()
    stage = TextField(null=True)
    attempt = IntegerField()
    tries = IntegerField()
    crashes = IntegerField()
    crashed_stage = TextField(null=True)
    priority = IntegerField()
    not_before = FloatField(null=True)
    reason = Words()
    advice = Words()
    detail = Words()
    cause = TextField(null=True)
    progress = FloatField()
    eta = FloatField(null=True)
    overrides = TextField()
    warning = Words()
    stale = IntegerField()
    created = FloatField()
    updated = FloatField()
    needs = Words()
    easier = TextField()


class StageRun(Model):
    """One run of one stage."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    stage = TextField()
    attempt = IntegerField()
    key = TextField()
    started = FloatField()
    ended = FloatField(null=True)
    outcome = TextField(null=True)
    error = Words()
    peak_memory = BigIntegerField(null=True)
    tokens_in = IntegerField(null=True)
    tokens_out = IntegerField(null=True)
    record = TextField()

    class Meta:
        """Its name in SQL."""

        table_name = "stage_run"


class Script(Model):
    """One published file."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    version = IntegerField()
    path = BlobField()
    format = TextField()
    sha256 = TextField()
    published = FloatField()


class Skip(Model):
    """One range that is left out."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    start = FloatField()
    end = FloatField()
    reason = TextField()
    confidence = FloatField()
    note = Words()


class Event(Model):
    """One thing that happened. ``job`` is a bare number: an event outlives its job."""

    id = AutoField()
    type = TextField()
    job = IntegerField(null=True)
    data = TextField()
    at = FloatField()


class Sound(Model):
    """A film's analysis, in the order in which films came: those before it are what it is compared with. Places as they were then."""

    id = AutoField()
    video = ForeignKeyField(Video, on_delete="CASCADE")
    digest = TextField()
    inbox = BlobField()
    folder = BlobField()
    analysis = TextField()


class Learned(Model):
    """A range that a person had learned. ``after``: the newest sound then; it holds for those that follow."""

    id = AutoField()
    digest = TextField()
    film = Words()
    start = FloatField()
    end = FloatField()
    note = Words()
    print = BlobField()
    after = IntegerField()
    created = FloatField()


class Suggestion(Model):
    """A range that nobody has left out. ``origin``: the film by which it was found, ``""`` for its own."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    start = FloatField()
    end = FloatField()
    reason = TextField()
    confidence = FloatField()
    note = Words()
    origin = Words()


class Version(Model):
    """One version of a job's script. Its documents lie under their digests (``editions``); ``settings`` and the like are JSON."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    number = IntegerField()
    parent = IntegerField(null=True)
    created = FloatField()
    why = Words()
    author = TextField()
    style = TextField()
    model = Words()
    settings = TextField()
    tokens_in = IntegerField()
    tokens_out = IntegerField()
    seconds = FloatField()
    warnings = TextField()
    pages = TextField()
    record = TextField()
    screenplay = TextField()
    written = TextField()
    evidence = TextField()
    status = TextField()
    status_by = Words()
    status_at = FloatField(null=True)
    status_note = Words()
    deleted = FloatField(null=True)
    destroyed = IntegerField()


class Wish(Model):
    """What somebody asks of the next run. ``number``: the version that came of it."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    kind = TextField()
    scene = Words()
    instructions = Words()
    path = BlobField()
    sha256 = TextField()
    number = IntegerField(null=True)
    state = TextField()
    said = Words()
    created = FloatField()
    ended = FloatField(null=True)


class Looked(Model):
    """How a published file stood when it was last looked at."""

    path = BlobField(primary_key=True)
    job = ForeignKeyField(Job, on_delete="CASCADE")
    size = BigIntegerField()
    mtime_ns = BigIntegerField()
    sha256 = TextField()


class Removed(Model):
    """A file whose job a person deleted, as it stood then: it is left alone until it changes or is asked for."""

    path = BlobField(primary_key=True)
    device = BigIntegerField()
    inode = BigIntegerField()
    size = BigIntegerField()
    mtime_ns = BigIntegerField()


class Line(Model):
    """One line of a film's current version, to be searched (``line_words`` has its words)."""

    id = AutoField()
    job = ForeignKeyField(Job, on_delete="CASCADE")
    version = IntegerField()
    scene = TextField()
    number = Words()
    heading = Words()
    kind = TextField()
    who = Words()
    start = FloatField()
    text = Words()


TABLES = (Tally, Inbox, Video, Job, StageRun, Script, Skip, Event, Sound, Learned, Suggestion, Version, Wish, Looked, Removed, Line)
