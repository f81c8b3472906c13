"""Everything that must outlive the process. The only room with SQL."""
