"""Settings by environment: dev, test and production, each built from base and its parts."""
