"""The filing form 备案登记表: one DOCX an account, one workbook with a page a unit."""
