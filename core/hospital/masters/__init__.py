"""What facts refer to beside departments: campuses, wards, disease groups, machines and so on."""
