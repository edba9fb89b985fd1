"""The room of the prober: where drafts appear, when to ask for them, and what an answer means."""
