"""The sentences of the paper as claims: what is measured, the rule that was fixed before it was run, the verdict."""
