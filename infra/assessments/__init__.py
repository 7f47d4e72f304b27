"""Schemes of yearly assessments (年度考核), and the units that each assesses."""
