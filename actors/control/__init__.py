"""The control socket: operators' requests, turned into messages to the actors that own the answers."""
