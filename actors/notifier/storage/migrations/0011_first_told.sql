CREATE INDEX announcements_subject ON announcements (subject);
COMMENT ON INDEX announcements_subject IS 'For FirstToldQuery: when anybody was first told of a draft or paper.';
