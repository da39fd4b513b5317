"""What patients wait for in front of: machines and clinics, as the store knows them."""
