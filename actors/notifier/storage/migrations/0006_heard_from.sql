ALTER TABLE suspended ADD COLUMN heard_at timestamptz;
COMMENT ON COLUMN suspended.heard_at IS 'When the recipient last wrote to Callboard while suspended.';

-- The longest wait is now a day.
UPDATE suspended SET retry_at = least(retry_at, now() + interval '1 day');
