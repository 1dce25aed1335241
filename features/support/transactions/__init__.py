"""Transactions: faults and savepoints, retries, timeouts, lost connections, anomalies."""
