"""What every test starts from."""

import signal


def pytest_configure() -> None:
    """Hear Ctrl-C, and let children hear it: a shell starts what it puts into the background with deaf ears."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
