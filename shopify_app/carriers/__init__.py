"""Providers that are called over the network: who sells labels, and who tells what carriers scan.

Which carrier it is, its links and check digits are `shipments.directory` and `shipments.numbers`.
"""
