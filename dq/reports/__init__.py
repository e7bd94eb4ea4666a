"""Reports: what a run prints, one file per output format."""
