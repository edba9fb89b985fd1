CREATE TABLE author_names (name text PRIMARY KEY);
COMMENT ON TABLE author_names IS 'The names of all authors that the index or a draft has shown: they tell a name from'
    ' other words.';

CREATE TABLE known_numbers (
    number text PRIMARY KEY,
    id text NOT NULL,
    title text NOT NULL,
    revision integer,
    published date
);
COMMENT ON TABLE known_numbers IS 'The newest paper, issue or draft of each number: what an answer about it names.';

CREATE TABLE unread_drafts (
    id text PRIMARY KEY,
    day date NOT NULL,
    text text NOT NULL
);
COMMENT ON TABLE unread_drafts IS 'The first words of last year''s drafts whose authors could not be read; names are'
    ' looked up in them.';

ALTER TABLE recent_papers_status ADD COLUMN names_loaded_at timestamptz;
COMMENT ON COLUMN recent_papers_status.names_loaded_at IS 'When all entries of the index had been read for'
    ' author_names and known_numbers; NULL before.';
