"""What the books say: pure reads that give frozen structs of whole rupiah.

Every function takes an open connection and the cooperative, so that one transaction can answer several
questions from the same state of the books.
"""
