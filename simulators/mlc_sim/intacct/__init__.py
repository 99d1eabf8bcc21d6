"""A Sage Intacct XML gateway on loopback: its rules, its sessions, its memory, and a door to see what was stored."""
