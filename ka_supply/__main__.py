"""`python -m ka_supply` is the command line."""

from ka_supply.cli import main

if __name__ == "__main__":
    main()
