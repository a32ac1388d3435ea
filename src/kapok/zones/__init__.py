"""Zones 封控区域: decided in writing, put in force by two, reviewed each day, lifted at once."""
