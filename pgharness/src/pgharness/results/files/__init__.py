"""Reports that are files: JUnit, Cucumber JSON, the summary, and the list for a rerun."""
