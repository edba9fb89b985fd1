"""Numbered SQL files of the schema `index`, applied in order when the actor begins."""
