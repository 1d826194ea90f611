"""Who is let in, and for whom they act: logins of persons after real identity verification, and representation.

A person's login is opened by a code that a clerk hands out after seeing the document, or by an identity provider that
vouches for the person with enough assurance; nobody registers himself. Guardians and agents act in their own name
under a representation that two officers entered and confirmed (民法典 Art. 23, 27, 28, 161; PIPL Art. 31, 44).
"""
