"""DFT programs as labellers: their input written, their output read; none is imported."""
