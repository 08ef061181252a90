"""The doctor: what is wrong with rows, before a minute of training.

A finding is a file here, named as its key in the recipe's ``doctor`` block, with a function
``look`` that is given the rows. Nothing here changes a row but ``treatment``, and that only
where the recipe says ``drop``.
"""
