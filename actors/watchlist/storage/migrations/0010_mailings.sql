ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check
    CHECK (kind IN ('author', 'number', 'kind', 'title', 'audience', 'mailings'));
ALTER TABLE mutes DROP CONSTRAINT mutes_kind_check;
ALTER TABLE mutes ADD CONSTRAINT mutes_kind_check
    CHECK (kind IN ('author', 'number', 'kind', 'title', 'audience', 'mailings', 'all'));
