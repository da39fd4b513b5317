"""What several wings share: control charts, funnels, intervals."""
