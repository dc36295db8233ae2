"""Full and half cells: electrolytes opened to slabs, electrodes matched to them, all of it stacked."""
