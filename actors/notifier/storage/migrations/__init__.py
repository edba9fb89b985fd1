"""Numbered SQL files of the schema `notifier`, applied in order when the actor begins."""
