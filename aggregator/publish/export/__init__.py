"""Records as bytes for other programs: JSON Lines, CSV, Parquet. Pure: records in, pieces out."""
