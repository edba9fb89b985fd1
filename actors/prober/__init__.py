"""The prober: where drafts appear, when to probe for them, and what an answer means."""
