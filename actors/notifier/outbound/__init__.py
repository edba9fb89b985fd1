"""The way of a message out: queued, throttled, sent, looked for, settled."""
