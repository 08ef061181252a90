"""``graft ui``: a page on this machine on which the contenders of a run answer what is typed."""
