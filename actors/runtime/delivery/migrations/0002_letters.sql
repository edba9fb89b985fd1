ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_pkey;
ALTER TABLE dead_letters
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN destination text,
    ADD COLUMN failures integer NOT NULL DEFAULT 3,
    ADD COLUMN tried_at timestamptz NOT NULL DEFAULT now();
UPDATE dead_letters SET destination = current_schema(), tried_at = at;
ALTER TABLE dead_letters ALTER COLUMN destination SET NOT NULL;
CREATE INDEX dead_letters_at ON dead_letters (at);
COMMENT ON TABLE dead_letters IS 'Events that failed again and again, or could not be read: kept, and no longer in the'
    ' way of the next. run.py letters lists, retries and discards them.';
COMMENT ON COLUMN dead_letters.destination IS 'This actor, for events that it could not take; another one, for events'
    ' of its own that could not be read from its outbox.';
COMMENT ON COLUMN dead_letters.failures IS 'How often it was tried in vain, last at tried_at.';

ALTER TABLE inbox ADD COLUMN begun integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN inbox.begun IS 'How often the next event was the first that an actor took from this source after its'
    ' start, and the actor ended before it was through.';
