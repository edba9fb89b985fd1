"""Mail: sent by SMTP, looked for by IMAP, and both with the token that was sent."""
