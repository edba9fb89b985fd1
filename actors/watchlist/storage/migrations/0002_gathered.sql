CREATE TABLE gathered (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id text NOT NULL,
    notice jsonb NOT NULL
);
COMMENT ON TABLE gathered IS 'What a catch-up has brought for each user so far, to be told in one summary when it is over.';
