"""The archive's search: words in all their forms, in Swedish and in English.

``words`` cuts and stems · ``asking`` reads what somebody typed · ``indexing`` keeps the
words of published items · ``finding`` asks the database · ``quoting`` shows the hit.
"""
