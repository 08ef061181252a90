"""From data that nobody has described to a recipe: what ``graft new`` does.

``finding`` says which files are which split, ``looking`` reads the training rows, and ``source``
holds both. ``profiles`` says what each column holds, ``naming`` what its name says, ``choosing``
takes a task and its columns, ``bases`` a base model for the ``languages``, ``parts`` and
``data_block`` the rest of the recipe. ``proposal`` puts it together, a line of reason for each
part, and ``writing`` writes it.
"""
