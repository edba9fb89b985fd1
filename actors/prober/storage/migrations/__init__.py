"""The numbered SQL files of the schema `prober`."""
