"""The command line: few verbs, few options; the science is in the study file."""
