"""From a solid electrolyte's crystal to one question about its grain boundaries.

Does this grain boundary grow lithium dendrites, and does turning it to glass stop that?
"""

__version__ = "0.1.0"
