CREATE TABLE place_runs (
    key text NOT NULL,
    place text NOT NULL,
    due_at timestamptz NOT NULL,
    generation bigint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    PRIMARY KEY (key, place)
);
COMMENT ON TABLE place_runs IS 'When each check runs at each place. The instance of the place writes it.';

CREATE TABLE place_results (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    result jsonb NOT NULL
);
COMMENT ON TABLE place_results IS 'What came of runs, on its way to the instance that leads, which takes it out.';
