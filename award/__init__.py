"""Award («attribution»): which projects win, by a rule; a module each, in whole numbers and fractions alone."""
