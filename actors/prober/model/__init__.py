"""Values that several packages of the prober share."""
