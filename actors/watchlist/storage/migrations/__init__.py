"""Numbered SQL files of the schema `watchlist`, applied in order when the actor begins."""
