"""Waterland Zorg & Techniek: an organisation that nobody works at, made from a seed.

What is in its files looks like what organisations really have: names of several origins, a quiet
July, an outage, a box that changed its export, reports that were corrected. All of it is invented.
"""
