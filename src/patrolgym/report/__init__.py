"""The pages people read: the report of a patrol and the summary of a benchmark."""
