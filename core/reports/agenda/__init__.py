"""The one page of matters for the weekly meeting: kept in the store, written as a document."""
