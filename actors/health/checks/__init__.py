"""Routes for service managers and monitors: `/health`, `/livez`, `/readyz`."""
