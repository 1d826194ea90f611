"""The paper form of a report: what stands where, and one PDF/A-3 file out of it.

``sheets`` says what a sheet consists of, all of it words by now; ``report.typ`` puts it on pages; ``rendering`` calls
Typst. No text is written here: whoever issues a report hands in a finished sheet.
"""

from chengxin.reports.layout.rendering import render
from chengxin.reports.layout.sheets import Entry, Grid, Group, Row, Section, Sheet

__all__ = ["Entry", "Grid", "Group", "Row", "Section", "Sheet", "render"]
