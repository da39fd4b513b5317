"""What costing reads of patients: cases by group, the payment, outliers."""
