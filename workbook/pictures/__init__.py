"""Pictures for notebooks: readable from the last row, the same bytes every time, each with a text alternative."""

from workbook.pictures.bars import bars
from workbook.pictures.er_diagram import er_diagram
from workbook.pictures.histograms import histograms
from workbook.pictures.layers import layers
from workbook.pictures.timeline import timeline

__all__ = ["bars", "er_diagram", "histograms", "layers", "timeline"]
