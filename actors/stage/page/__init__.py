"""The page that shows the stage: messages as Slack would show them."""
