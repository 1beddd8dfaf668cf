"""Inventory and supply optimization for suppliers of retail key accounts."""
