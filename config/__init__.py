"""The configuration: `default.yaml`, and the loader that checks a user's file and the environment against it."""
