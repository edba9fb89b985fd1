CREATE INDEX versions_number ON versions (number, kind);
COMMENT ON INDEX versions_number IS 'For PaperQuery: all entries of one number.';
