"""A finished matplotlib Figure in, the same as a chart of plotly out, which a reader can hover over and zoom."""
