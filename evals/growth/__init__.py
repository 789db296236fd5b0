"""How search grows from 10^3 to 10^6 passages: time, recall, memory, cost."""
