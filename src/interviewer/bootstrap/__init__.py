"""The composition root: the only room that knows which parts the program is made of."""
