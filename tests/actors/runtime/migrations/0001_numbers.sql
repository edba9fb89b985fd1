CREATE TABLE numbers (number integer NOT NULL);
