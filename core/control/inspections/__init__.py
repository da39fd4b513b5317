"""督查: checklist templates as versions, rounds with their samples, answers saved one by one."""
