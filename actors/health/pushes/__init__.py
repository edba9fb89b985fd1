"""Where jobs report: `/ping/…`, and gatus' way to push a result."""
