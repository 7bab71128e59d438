"""Ways out of the house. A transport is a mailer of MAILERS with ``connect()``."""
