"""The reconciliation workbench: bank statements, till counts, and every difference with the books."""
