CREATE TABLE response_urls (
    command_id text PRIMARY KEY,
    url text NOT NULL,
    replaces boolean NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON TABLE response_urls IS 'Where Slack takes the answer to a slash command, or to a button in a channel, so that'
    ' only the person sees it, in the place where they gave the command. Slack takes it for half an hour.';
COMMENT ON COLUMN response_urls.replaces IS 'Whether the answer takes the place of the message with the button, which'
    ' only this person sees.';
