"""The independent auditor: plain rows in, a certificate out.

Standard library only. It imports nothing of this project and shares no code with
what it judges; every rule is written again from ``docs/rules.md``.
"""

from ka_supply.audit.certify import certify
from ka_supply.audit.model import Breach, Certificate, Check, Row

__all__ = ["Breach", "Certificate", "Check", "Row", "certify"]
