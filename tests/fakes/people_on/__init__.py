"""People who talk to the whole program through the apps they really use.

`stage` is the program in this process with a time that is moved; each channel's file holds what a
person has in hand there; `somebody` does what a script says and sees that all arrived as meant.
"""
