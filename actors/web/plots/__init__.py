"""Plots: their numbers, and pictures of them."""
