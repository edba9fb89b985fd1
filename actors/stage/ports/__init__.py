"""What listens beside the stage's sites: pages, dialogues, names and mail on ports of their own.

It takes libraries that are not installed with the service (dnslib, aiosmtpd): it is imported for the first port.
"""
