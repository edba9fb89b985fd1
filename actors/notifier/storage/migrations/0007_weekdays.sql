-- One time a day or a week becomes times by weekday; quiet hours become those of every day. Nobody's hours change.
ALTER TABLE preferences
    ADD COLUMN digest jsonb,
    ADD COLUMN quiet jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN told_zone text NOT NULL DEFAULT '';
COMMENT ON COLUMN preferences.digest IS 'Times of digests: days (0 is Monday) and minutes after local midnight.';
COMMENT ON COLUMN preferences.quiet IS 'Quiet hours: the days (0 is Monday) on which they begin, and from when to when, in'
    ' minutes after local midnight.';
COMMENT ON COLUMN preferences.zone IS 'Empty: the zone of the installation.';
COMMENT ON COLUMN preferences.told_zone IS 'The zone of which the user was told that the system knows it no longer.';

UPDATE preferences SET digest = jsonb_build_array(jsonb_build_object(
    'days', CASE delivery WHEN 'daily' THEN '[0, 1, 2, 3, 4, 5, 6]'::jsonb ELSE jsonb_build_array(weekday) END,
    'minutes', jsonb_build_array(at_minute)));
UPDATE preferences SET quiet = jsonb_build_array(jsonb_build_object(
    'days', '[0, 1, 2, 3, 4, 5, 6]'::jsonb,
    'begin', quiet_from,
    'end', CASE quiet_to WHEN 0 THEN 1440 ELSE quiet_to END))
WHERE quiet_from IS NOT NULL AND quiet_to IS NOT NULL AND quiet_from <> quiet_to;
ALTER TABLE preferences DROP CONSTRAINT preferences_delivery_check;
UPDATE preferences SET delivery = 'digest' WHERE delivery IN ('daily', 'weekly');
ALTER TABLE preferences ADD CONSTRAINT preferences_delivery_check CHECK (delivery IN ('immediate', 'digest'));
ALTER TABLE preferences
    ALTER COLUMN digest SET NOT NULL,
    DROP COLUMN at_minute,
    DROP COLUMN weekday,
    DROP COLUMN quiet_from,
    DROP COLUMN quiet_to;
COMMENT ON TABLE preferences IS 'How each user wants notices, by the watchlist.';
