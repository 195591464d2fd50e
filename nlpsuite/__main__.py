"""`python -m nlpsuite` is the command line."""

from nlpsuite.cli import main

if __name__ == "__main__":
    main()
