CREATE TABLE pressed_buttons (
    command_id text PRIMARY KEY,
    channel text NOT NULL,
    ts text NOT NULL,
    command text NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON TABLE pressed_buttons IS 'Which button of which message a command came from, until it is answered: then the'
    ' button says what was done.';
ALTER TABLE messages ADD COLUMN pressed text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN messages.pressed IS 'The commands of its buttons that were pressed and carried out.';
