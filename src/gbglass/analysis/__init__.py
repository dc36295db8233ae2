"""One quantity a file: its frozen result and the function that makes it."""
