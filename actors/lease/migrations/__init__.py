"""Numbered SQL files of the schema `lease`, applied in order when the actor begins."""
