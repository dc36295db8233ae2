"""``python -m gbglass`` is the command ``gbglass``."""

from gbglass.cli.main import main

if __name__ == "__main__":
    main()
