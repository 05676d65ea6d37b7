"""All attacks: importing this room fills the table."""

from tests.faults.attacks import deliveries, kafka, postgres, processes
from tests.faults.attacks.table import TABLE, Fault, NotPossible

__all__ = ["TABLE", "Fault", "NotPossible", "deliveries", "kafka", "postgres", "processes"]
