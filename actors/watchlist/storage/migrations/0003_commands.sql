ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check
    CHECK (kind IN ('author', 'number', 'kind', 'title', 'audience'));

CREATE TABLE mutes (
    user_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('author', 'number', 'kind', 'title', 'audience', 'all')),
    key text NOT NULL,
    text text NOT NULL,
    until timestamptz,
    PRIMARY KEY (user_id, kind, key)
);
COMMENT ON TABLE mutes IS 'What each user does not want to hear of for a while. A number silences all about it, another'
    ' kind that entry, all everything.';
COMMENT ON COLUMN mutes.until IS 'NULL: for good.';

CREATE TABLE preferences (
    user_id text PRIMARY KEY,
    delivery text NOT NULL CHECK (delivery IN ('immediate', 'daily', 'weekly')),
    at_minute integer NOT NULL CHECK (at_minute BETWEEN 0 AND 1439),
    weekday integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    zone text NOT NULL,
    quiet_from integer CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to integer CHECK (quiet_to BETWEEN 0 AND 1439)
);
COMMENT ON TABLE preferences IS 'When each user wants to be told; who is not here is told at once, at any hour.';
COMMENT ON COLUMN preferences.at_minute IS 'Minutes after midnight in that zone, as quiet_from and quiet_to.';
COMMENT ON COLUMN preferences.weekday IS 'Of a weekly digest; 0 is Monday.';

CREATE TABLE work (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    version integer NOT NULL,
    payload text NOT NULL,
    at timestamptz NOT NULL,
    position integer NOT NULL DEFAULT 0,
    last_user text NOT NULL DEFAULT '',
    matched boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE work IS 'Events that are being matched and told, some of it at a time.';
COMMENT ON COLUMN work.position IS 'So many of the things that happened in it are matched; of the next one, those users'
    ' up to last_user. When all are, matched is true, and those who wait are told.';

CREATE TABLE news (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    work bigint NOT NULL,
    position integer NOT NULL,
    subject text NOT NULL,
    notice text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (work, position)
);
CREATE INDEX news_at ON news (at);
COMMENT ON TABLE news IS 'Things that happened, of which somebody was told.';
COMMENT ON COLUMN news.subject IS 'The key of the number that it is about: P2300, LWG4000.';

CREATE TABLE waiting (
    work bigint NOT NULL,
    user_id text NOT NULL,
    news bigint NOT NULL,
    matched text[] NOT NULL,
    mentioned text[] NOT NULL,
    PRIMARY KEY (work, user_id, news)
);
COMMENT ON TABLE waiting IS 'Who is to be told of what. Work 0: what a catch-up has brought so far, to be told in one'
    ' summary when it is over.';

CREATE TABLE told (
    user_id text NOT NULL,
    news bigint NOT NULL,
    matched text[] NOT NULL,
    mentioned text[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, news)
);
CREATE INDEX told_news ON told USING brin (news);
COMMENT ON TABLE told IS 'Who was told of what, by which of their entries, and when it was handed to the notifier.';
COMMENT ON COLUMN told.mentioned IS 'Entries that stand only in the first words of the text.';

INSERT INTO news (work, position, subject, notice, at)
SELECT 0, place, regexp_replace(regexp_replace(notice->>'id', 'R[0-9]+$', ''), '^D?P?0*(?=[0-9])', 'P'),
       (notice || '{"matched": [], "mentioned": []}')::text, now()
FROM gathered;
INSERT INTO waiting (work, user_id, news, matched, mentioned)
SELECT 0, g.user_id, n.id, ARRAY(SELECT jsonb_array_elements_text(g.notice->'matched')),
       ARRAY(SELECT jsonb_array_elements_text(coalesce(g.notice->'mentioned', '[]')))
FROM gathered g JOIN news n ON n.work = 0 AND n.position = g.place;
DROP TABLE gathered;

CREATE TABLE open_commands (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    command_id text NOT NULL,
    user_id text NOT NULL,
    channel text NOT NULL,
    thread text NOT NULL,
    question text NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON TABLE open_commands IS 'Commands of users that other actors were asked about and have not answered yet.';

CREATE TABLE papers (
    id text PRIMARY KEY,
    kind text NOT NULL,
    number integer NOT NULL,
    revision integer,
    title text NOT NULL,
    authors text[] NOT NULL,
    published date,
    status text NOT NULL,
    url text NOT NULL,
    shelved_on date NOT NULL
);
COMMENT ON TABLE papers IS 'The last year''s papers and issues, by which entries are previewed.';
COMMENT ON COLUMN papers.shelved_on IS 'The date on it; of one without, that of the newest when it came.';

CREATE TABLE audiences (
    subject text PRIMARY KEY,
    audiences text[] NOT NULL
);
COMMENT ON TABLE audiences IS 'Groups to which papers are addressed, by number, as the newest draft said.';

CREATE TABLE shelf (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    filled_at timestamptz
);
COMMENT ON TABLE shelf IS 'One row: when the last year''s papers were taken over from the index, NULL before that.';
INSERT INTO shelf DEFAULT VALUES;
