-- The number that a draft prints, what is new in its revision, and the first sentences of its abstract.
ALTER TABLE front_matters
    ADD COLUMN printed text NOT NULL DEFAULT '',
    ADD COLUMN changes text NOT NULL DEFAULT '',
    ADD COLUMN abstract text NOT NULL DEFAULT '';
