"""What the actor owns: each service does one job, with the actor's clock, transactions and timers."""
