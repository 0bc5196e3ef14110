BEGIN TRANSACTION;
CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        type TEXT NOT NULL,
        job INTEGER,
        data TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT;
INSERT INTO "event" VALUES(1,'job.created',1,'{"id":1,"state":"arriving","was":null,"stage":null,"attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
INSERT INTO "event" VALUES(2,'job.changed',1,'{"id":1,"state":"pending","was":"arriving","stage":null,"attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
INSERT INTO "event" VALUES(3,'job.changed',1,'{"id":1,"state":"processing","was":"pending","stage":null,"attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
INSERT INTO "event" VALUES(4,'job.changed',1,'{"id":1,"state":"processing","was":"processing","stage":"probe","attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
INSERT INTO "event" VALUES(5,'skips.changed',1,'{"id": 1, "count": 1}',1750000000.0);
INSERT INTO "event" VALUES(6,'skips.changed',1,'{"id": 1, "suggestions": 1}',1750000000.0);
INSERT INTO "event" VALUES(7,'script.created',1,'{"id": 1, "version": 1, "formats": ["fountain"]}',1750000000.0);
INSERT INTO "event" VALUES(8,'job.changed',1,'{"id":1,"state":"completed","was":"processing","stage":"probe","attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
INSERT INTO "event" VALUES(9,'job.created',2,'{"id":2,"state":"arriving","was":null,"stage":null,"attempt":1,"reason":"","advice":"","cause":null}',1750000000.0);
CREATE TABLE inbox (path BLOB PRIMARY KEY, device INTEGER NOT NULL, mount_id INTEGER NOT NULL, first_seen REAL NOT NULL) STRICT;
CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video ON DELETE CASCADE,
        recipe TEXT NOT NULL,
        state TEXT NOT NULL REFERENCES tally,
        stage TEXT,
        attempt INTEGER NOT NULL DEFAULT 1,
        tries INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        crashed_stage TEXT,
        priority INTEGER NOT NULL DEFAULT 0,
        not_before REAL,
        reason TEXT NOT NULL DEFAULT '',
        advice TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        cause TEXT,
        progress REAL NOT NULL DEFAULT 0,
        eta REAL,
        overrides TEXT NOT NULL DEFAULT '',
        warning TEXT NOT NULL DEFAULT '',
        stale INTEGER NOT NULL DEFAULT 0,
        created REAL NOT NULL,
        updated REAL NOT NULL,
        UNIQUE (video_id, recipe)
    ) STRICT;
INSERT INTO "job" VALUES(1,1,'screenplay','completed','probe',1,0,0,NULL,0,NULL,'','','',NULL,1.0,NULL,'','',0,1750000000.0,1750000000.0);
INSERT INTO "job" VALUES(2,2,'screenplay','arriving',NULL,1,0,0,NULL,0,NULL,'','','',NULL,0.0,NULL,'','',0,1750000000.0,1750000000.0);
CREATE TABLE learned (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL,
        film TEXT NOT NULL,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        print BLOB NOT NULL,
        after INTEGER NOT NULL,
        created REAL NOT NULL,
        UNIQUE (digest, start, "end")
    ) STRICT;
INSERT INTO "learned" VALUES(1,'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','plain.mp4',1.0,9.0,'sponsor',X'00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF',1,1750000000.0);
CREATE TABLE script (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        version INTEGER NOT NULL,
        path BLOB NOT NULL,
        format TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        published REAL NOT NULL
    ) STRICT;
INSERT INTO "script" VALUES(1,1,1,X'2F696E2F706C61696E2E666F756E7461696E','fountain','ab',1750000000.0);
CREATE TABLE skip (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        reason TEXT NOT NULL,
        confidence REAL NOT NULL,
        note TEXT NOT NULL DEFAULT ''
    ) STRICT;
INSERT INTO "skip" VALUES(1,1,1.0,9.0,'manual',1.0,'');
CREATE TABLE sound (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video ON DELETE CASCADE,
        digest TEXT NOT NULL,
        inbox BLOB NOT NULL,
        folder BLOB NOT NULL,
        analysis TEXT NOT NULL,
        UNIQUE (video_id, digest)
    ) STRICT;
INSERT INTO "sound" VALUES(1,1,'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',X'2F696E',X'2F696E','analysis');
CREATE TABLE stage_run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        stage TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        key TEXT NOT NULL,
        started REAL NOT NULL,
        ended REAL,
        outcome TEXT,
        error TEXT NOT NULL DEFAULT '',
        peak_memory INTEGER,
        tokens_in INTEGER,
        tokens_out INTEGER,
        record TEXT NOT NULL DEFAULT '{}'
    ) STRICT;
INSERT INTO "stage_run" VALUES(1,1,'probe',1,'key',1750000000.0,1750000000.0,'done','',NULL,NULL,NULL,'{}');
CREATE TABLE suggestion (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        reason TEXT NOT NULL,
        confidence REAL NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        origin TEXT NOT NULL DEFAULT ''
    ) STRICT;
INSERT INTO "suggestion" VALUES(1,1,20.0,40.0,'repeat',0.75,'','b.mp4');
CREATE TABLE tally (state TEXT PRIMARY KEY, jobs INTEGER NOT NULL) STRICT;
INSERT INTO "tally" VALUES('arriving',1);
INSERT INTO "tally" VALUES('pending',0);
INSERT INTO "tally" VALUES('processing',0);
INSERT INTO "tally" VALUES('held',0);
INSERT INTO "tally" VALUES('paused',0);
INSERT INTO "tally" VALUES('completed',1);
INSERT INTO "tally" VALUES('failed',0);
INSERT INTO "tally" VALUES('cancelled',0);
INSERT INTO "tally" VALUES('ignored',0);
CREATE TABLE video (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL,
        inbox BLOB NOT NULL,
        digest TEXT NOT NULL DEFAULT '',
        device INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        gone INTEGER NOT NULL DEFAULT 0,
        probe TEXT,
        UNIQUE (path, digest)
    ) STRICT;
INSERT INTO "video" VALUES(1,X'2F696E2F706C61696E2E6D7034',X'2F696E','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',1,2,3,4,5,0,'{}');
INSERT INTO "video" VALUES(2,X'2F696E2FFF0A2E6D7034',X'2F696E','',1,2,3,4,5,0,NULL);
CREATE INDEX video_inbox ON video (inbox);
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_turn ON job (priority DESC, id) WHERE state = 'pending' AND not_before IS NULL;
CREATE INDEX job_due ON job (not_before) WHERE not_before IS NOT NULL;
CREATE TRIGGER job_counted AFTER INSERT ON job BEGIN UPDATE tally SET jobs = jobs + 1 WHERE state = NEW.state; END;
CREATE TRIGGER job_uncounted AFTER DELETE ON job BEGIN UPDATE tally SET jobs = jobs - 1 WHERE state = OLD.state; END;
CREATE TRIGGER job_recounted AFTER UPDATE OF state ON job WHEN NEW.state <> OLD.state BEGIN
        UPDATE tally SET jobs = jobs - 1 WHERE state = OLD.state;
        UPDATE tally SET jobs = jobs + 1 WHERE state = NEW.state;
    END;
CREATE INDEX stage_run_job ON stage_run (job_id);
CREATE INDEX stage_run_key ON stage_run (stage, key);
CREATE INDEX stage_run_open ON stage_run (job_id) WHERE ended IS NULL;
CREATE INDEX script_job ON script (job_id, version);
CREATE INDEX skip_job ON skip (job_id);
CREATE INDEX sound_inbox ON sound (inbox, folder, id);
CREATE INDEX sound_analysis ON sound (analysis);
CREATE INDEX suggestion_job ON suggestion (job_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('video',2);
INSERT INTO "sqlite_sequence" VALUES('job',2);
INSERT INTO "sqlite_sequence" VALUES('event',9);
INSERT INTO "sqlite_sequence" VALUES('stage_run',1);
INSERT INTO "sqlite_sequence" VALUES('sound',1);
INSERT INTO "sqlite_sequence" VALUES('skip',1);
INSERT INTO "sqlite_sequence" VALUES('suggestion',1);
INSERT INTO "sqlite_sequence" VALUES('learned',1);
INSERT INTO "sqlite_sequence" VALUES('script',1);
COMMIT;
PRAGMA user_version = 2;
