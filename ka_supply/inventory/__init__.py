"""From stock and forecast to money: what each case is worth to each destination.

`value_cases` is the stage; the other modules each hold one idea of it.
"""

from ka_supply.inventory.value_cases import value_cases

__all__ = ["value_cases"]
