"""Simulators of a Sage Intacct gateway and a Cleo tenant, on loopback. They share no code with the product."""
