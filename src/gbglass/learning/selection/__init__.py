"""Which structures are worth a label: those whose atoms stand where no atom of the training set does."""
