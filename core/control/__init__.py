"""控制: checklists, their scores, samples of records, and how far self-checks agree."""
