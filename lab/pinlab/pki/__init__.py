"""The test PKI (the "world") of a case: keys, CAs and identities that pinlab-mint makes.

`cast` is what it is made of, `mint` makes it, `world` is a view of the made files, `lasting_world` one that stays for
clients with compiled-in pins. Used by catalogue, runner and above. How a forged leaf is made is C++: attacks/forge.cpp.
Begin with `cast`.
"""
