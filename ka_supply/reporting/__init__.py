"""Stock age, visible inventory, service and exceptions, as HTML and Excel."""

from ka_supply.reporting.figures import compute_exceptions
from ka_supply.reporting.report import Report, build_report
from ka_supply.reporting.style import check_fonts

__all__ = ["Report", "build_report", "check_fonts", "compute_exceptions"]
