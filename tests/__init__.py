"""Tests of the suite itself: does it start, judge, report and clean up as it promises?"""
