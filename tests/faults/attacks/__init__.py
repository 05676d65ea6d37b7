"""All attacks: importing this room fills the table."""

from tests.faults.attacks import deliveries, kafka, postgres, processes
from tests.faults.attacks.table import TABLE, Fault

__all__ = ["TABLE", "Fault", "deliveries", "kafka", "postgres", "processes"]
