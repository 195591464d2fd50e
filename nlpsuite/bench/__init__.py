"""How fast an application scores texts on this machine, beside what its user could run instead.

From bottom to top: `timing` measures in turn, `peak` says what the machine could do, `contenders` and `peers` are what
is measured, `race` runs them and checks that they answer alike.
"""
