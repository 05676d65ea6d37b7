"""The rules of the feedback guarantee: promises, the ladder, and who is told what.

Pure: time, ids and the directory arrive inside commands; nothing here waits, reads or writes.
"""
