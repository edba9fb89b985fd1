ALTER TABLE hours ADD COLUMN fastest double precision;
COMMENT ON COLUMN hours.fastest IS 'Null in hours that are older than this column.';

CREATE INDEX ON transitions (at);

CREATE TABLE badge_key (
    key bytea PRIMARY KEY
);
COMMENT ON TABLE badge_key IS 'One row: the secret from which the addresses of badges are made.';
