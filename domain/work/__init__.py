"""Projects, agents, tasks, turns, events and objectives: what tenants own."""
