"""The workbook command and the few helpers that notebooks import."""
