ALTER TABLE work RENAME TO queued_events;
COMMENT ON TABLE queued_events IS 'Events that are being matched and announced, a part at a time.';
COMMENT ON COLUMN queued_events.position IS 'How many of the event''s news items have been matched; of the next one, the'
    ' users up to last_user have. When all items have been, matched is true, and the pending notices are sent.';

ALTER TABLE news RENAME TO news_items;
ALTER TABLE news_items RENAME COLUMN work TO event;
ALTER INDEX news_at RENAME TO news_items_at;
COMMENT ON TABLE news_items IS 'What happened, if anybody was notified of it.';
COMMENT ON COLUMN news_items.event IS 'The place that the event had in queued_events.';
COMMENT ON COLUMN news_items.subject IS 'The key of the number that it is about: P2300, LWG4000.';

ALTER TABLE waiting RENAME TO pending_notices;
ALTER TABLE pending_notices RENAME COLUMN work TO event;
ALTER TABLE pending_notices RENAME COLUMN news TO news_item;
CREATE INDEX pending_notices_news_item ON pending_notices (news_item);
CREATE INDEX pending_notices_user_id ON pending_notices (user_id);
COMMENT ON TABLE pending_notices IS 'Who will be notified of what. Event 0 collects a catch-up, which is sent as one'
    ' summary when it is over.';

ALTER TABLE told RENAME TO sent_notices;
ALTER TABLE sent_notices RENAME COLUMN news TO news_item;
ALTER INDEX told_news RENAME TO sent_notices_news_item;
COMMENT ON TABLE sent_notices IS 'Who was notified of what, by which of their entries, and when the notice was handed to'
    ' the notifier.';
COMMENT ON COLUMN sent_notices.mentioned IS 'Entries that appear only in the first words of the paper''s text.';

ALTER TABLE papers RENAME TO recent_papers;
ALTER TABLE recent_papers RENAME COLUMN shelved_on TO day;
COMMENT ON TABLE recent_papers IS 'The last year''s papers and issues; they show what an entry would have matched.';
COMMENT ON COLUMN recent_papers.day IS 'The paper''s date; for a paper without one, the newest date when it came.';

ALTER TABLE shelf RENAME TO recent_papers_status;
ALTER TABLE recent_papers_status RENAME COLUMN filled_at TO loaded_at;
COMMENT ON TABLE recent_papers_status IS 'One row: when the last year''s papers were loaded from the index; NULL before.';

COMMENT ON TABLE audiences IS 'Which groups a number''s newest draft is addressed to.';
COMMENT ON TABLE mutes IS 'What each user has muted. A muted number silences every notice about it, another kind only'
    ' that entry, and all silences everything.';
COMMENT ON COLUMN mutes.until IS 'NULL: until the user unmutes it.';
COMMENT ON TABLE preferences IS 'When each user wants notices; a user without a row gets them immediately, at any hour.';
COMMENT ON COLUMN preferences.at_minute IS 'Minutes after midnight in the user''s zone; quiet_from and quiet_to too.';
COMMENT ON COLUMN preferences.weekday IS 'The day of a weekly digest; 0 is Monday.';
COMMENT ON TABLE open_commands IS 'Users'' commands that wait for other actors'' replies.';
COMMENT ON COLUMN entries.key IS 'The folded form that is matched and compared: thomas koppe, P2300, CWG.';
