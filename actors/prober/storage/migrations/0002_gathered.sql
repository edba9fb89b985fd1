-- What a catch-up has brought for the channel so far, to be told in one summary when it is over.
CREATE TABLE gathered (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice jsonb NOT NULL
);
