CREATE INDEX versions_by_date ON versions (coalesce(published, DATE '0001-01-01') DESC, id DESC);
COMMENT ON INDEX versions_by_date IS 'For PapersPageQuery: entries by their dates, newest first.';
