"""What somebody gets from us, as they see and choose it behind a link from any letter.

``choosing`` writes each choice into the consent ledger · ``addresses`` changes where
letters go, confirmed at the new address · ``links`` says whose link it is, and mails one.
"""
