"""Settings of a night: frozen, one TOML file, unknown keys refused at every level.

Money is in yuan excluding VAT. Each field's description gives its source; each
number of the money table should also be tried at half and at twice its value.
"""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ka_supply.domain.errors import SettingsRejected

__all__ = ["DataSettings", "Money", "NightSettings", "Settings", "SolverSettings"]

Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    """A table of the settings file: frozen, unknown keys and NaN refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True
    )


class Money(_Table):
    """The one money table; the simulator scores with the same numbers."""

    lost_shopper_share: Share = Field(
        1.0, description="shoppers who do not buy another SKU of ours; assumption"
    )
    write_off_share: Share = Field(
        1.0, description="share of a written-off unit's cost we bear; contract"
    )
    disposal_cny_per_unit: float = Field(
        0.0, ge=0, description="disposal fee per unit; warehouse tariff"
    )
    salvage_share: Share = Field(
        0.0, description="clearance revenue as a share of cost; past clearances"
    )
    holding_rate_per_year: float = Field(
        0.10, ge=0, le=5, description="annual holding rate on cost; finance"
    )
    price_of_stock_per_day: Share = Field(
        0.0, description="share of cost per day: working capital and shelf pressure"
    )
    presentation_cny_per_facing_day: float = Field(
        0.05, ge=0, description="yuan per missing facing and day; assumption"
    )
    default_penalty_share: Share = Field(
        0.03,
        description="fill-rate slack price as a share of value where an account "
        "has a floor but no penalty; 3 % as in published chain contracts",
    )


class NightSettings(_Table):
    """Times and guards of a night."""

    release_time: dt.time = Field(
        dt.time(6, 0), description="when the plan reaches the warehouses"
    )
    transfer_dwell_days: int = Field(
        2, ge=0, le=60, description="expected days in a regional warehouse"
    )
    departure_horizon_days: int = Field(
        28, ge=1, le=92, description="how far ahead a departure is looked for"
    )
    store_lock_days: int = Field(
        0, ge=0, le=365, description="days before expiry a store withdraws goods"
    )
    fifo_share: Share = Field(
        1.0, description="share of shoppers taking the oldest first"
    )
    default_review_days: int = Field(
        7, ge=1, le=60, description="days to the delivery after next if unknown"
    )


class DataSettings(_Table):
    """How much dirt a night accepts."""

    warn_share: Share = 0.01
    stop_share: Share = 0.05
    period_days: Literal[1, 7] = 1
    promo_statuses: tuple[str, ...] = ("CONFIRMED", "FROZEN", "SUBMITTED")


class SolverSettings(_Table):
    """When a solve is good enough; no time limit decides, it only falls back."""

    relative_gap: Share = 1e-4
    max_nodes: int = Field(2_000, ge=0)
    watchdog_seconds: float = Field(120.0, gt=0, le=7200)
    memory_mb: int = Field(4_000, ge=256)
    seed: int = Field(0, ge=0, le=2**31 - 1)


class Settings(_Table):
    r"""All settings of a night.

    Examples
    --------
    >>> Settings().data.warn_share
    0.01
    >>> Settings.from_toml_text('[money]\nholding_rate_per_yaer = 0.1')
    Traceback (most recent call last):
    ka_supply.domain.errors.SettingsRejected: settings.money.holding_rate_per_yaer: ...
    """

    money: Money = Money()
    night: NightSettings = NightSettings()
    data: DataSettings = DataSettings()
    solver: SolverSettings = SolverSettings()

    @classmethod
    def from_toml_text(cls, text: str, where: str = "settings") -> Self:
        """Return the settings in a TOML document.

        Raises
        ------
        SettingsRejected
            For a syntax error, an unknown key at any level, or a bad value.
        """
        try:
            # JSON mode: TOML arrays become tuples; numbers stay strict.
            return cls.model_validate(tomllib.loads(text), strict=None)
        except tomllib.TOMLDecodeError as error:
            msg = f"{where}: not valid TOML: {error}; correct the file"
            raise SettingsRejected(msg) from error
        except ValidationError as error:
            lines = [
                f"{where}.{'.'.join(map(str, e['loc']))}: {e['msg']}, "
                f"got {e['input']!r}; see the settings in the documentation"
                for e in error.errors()
            ]
            raise SettingsRejected("\n".join(lines)) from error

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Return the settings in the file `path`.

        Raises
        ------
        SettingsRejected
            If the file is missing, unreadable or invalid.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path}: cannot be read: {error}; name a UTF-8 TOML file"
            raise SettingsRejected(msg) from error
        return cls.from_toml_text(text, path.name)
