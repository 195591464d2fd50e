"""Measuring: metrics with intervals, calibration, thresholds."""
