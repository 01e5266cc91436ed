"""Documents: kept by what they are (CID), made by typst, encrypted where they hold personal data."""
