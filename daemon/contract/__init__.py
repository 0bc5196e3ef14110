"""The words that daemon and monitor share: states, evidence, requests, answers and events.

Pure values: nothing here touches a disk, a socket or a clock, and nothing heavy is imported. It is all that ``tui`` may
import of ``daemon``.
"""
