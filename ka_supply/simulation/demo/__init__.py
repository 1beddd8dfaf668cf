"""The demo network: a fictional supplier and its key accounts, from one seed."""

from ka_supply.simulation.demo.folder import write_demo

__all__ = ["write_demo"]
