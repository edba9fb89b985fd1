"""What people, groups and dates look like. Pure."""
