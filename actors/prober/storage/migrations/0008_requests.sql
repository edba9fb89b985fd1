-- How many requests were sent to a host on each of the last days (UTC): the budget is a mean over four weeks.
CREATE TABLE requests (
    host text NOT NULL,
    day date NOT NULL,
    sent bigint NOT NULL,
    PRIMARY KEY (host, day)
);
