CREATE TABLE amulets (worn boolean);
