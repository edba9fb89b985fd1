CREATE TABLE check_threads (
    outage text NOT NULL,
    recipient text NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (outage, recipient)
);
COMMENT ON TABLE check_threads IS 'While an outage of a check lasts: the message with which its thread began.';
