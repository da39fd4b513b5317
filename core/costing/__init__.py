"""核算: what a department, a visit, an item or a case costs, and what changes it."""
