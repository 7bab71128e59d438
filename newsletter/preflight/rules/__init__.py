"""The rules, one module for each kind of fault. Each takes a Letter, yields Findings."""
