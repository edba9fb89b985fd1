-- Which share of its budget a host was sent on each of the last days (UTC): the budget is a mean over four weeks.
CREATE TABLE requests (
    host text NOT NULL,
    day date NOT NULL,
    share double precision NOT NULL,
    PRIMARY KEY (host, day)
);
