"""Training: a recipe, a loop one can read, and what makes its result a bundle."""
