"""The protocol: every message that actors exchange, one module per conversation.

Messages are frozen, hashable and picklable all the way down; they have no base class, because Thespian dispatches by
class name along the base classes. Each module says which of its messages are commands (imperative), events (past
tense, durable), queries and replies (not durable: asked again).
"""
