"""Measuring: cases, measures, runner, report, the peer and the benchmark."""
