"""From a snapshot to the distribution of demand over any window."""

from ka_supply.forecasting.composition import forecast
from ka_supply.forecasting.tables import forecast_table, from_tables, to_tables

__all__ = ["forecast", "forecast_table", "from_tables", "to_tables"]
