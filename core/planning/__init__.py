"""规划: how plans are weighed, whether their reviewers agree, and which plan comes first."""
